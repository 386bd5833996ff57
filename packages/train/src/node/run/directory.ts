import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory, unwritable, writeJson } from '@attune/internal/node';
import { type ModelConfig, tokenizedModel } from '@attune/models';
import {
  publicRecord,
  type SavableAdapter,
  type SavableModel,
  saveAdapter,
  saveModel,
  writeDirectoryAtomically,
} from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { contents } from './check-directory';
import { type RunInputs, refuseInputsIn } from './inputs';
import { type RunLog, runLog } from './run-log';

/** The directory from which a run is loaded: a whole model, or separate adapters. */
export type ArtifactDirectory = 'model' | 'adapter';

interface Beside {
  readonly tokenizer: Tokenizer;
  /** The model of the tokenizer. */
  readonly model: ModelConfig;
  /** Further files by name, in place of the tokenizer's of that name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A run's directory, written file by file, each atomically. */
export interface RunDirectory extends RunLog {
  readonly path: string;
  writeConfig(config: object): Promise<void>;
  /** @param files further files by name, in place of the tokenizer's of that name */
  writeModel(model: SavableModel, tokenizer: Tokenizer, files?: Readonly<Record<string, string>>): Promise<void>;
  /** Writes an adapter, with the files of `beside` where there is no `model/` that has them. */
  writeAdapter(adapter: SavableAdapter, beside?: Beside): Promise<void>;
  /** Writes `attune.json` next to the model or the adapter: the record of its run, which goes with every copy; next to a model without private paths. */
  writeProvenance(artifact: ArtifactDirectory, provenance: object): Promise<void>;
  /** Adds a tuned decision to the model's `config.json`; adapters have no such file, and PEFT allows no more entries. */
  writeDecision(artifact: ArtifactDirectory, decision: object): Promise<void>;
  writeSummary(summary: object): Promise<void>;
}

/**
 * Creates the directory, and removes the files of an earlier run unless it is resumed; other files stay.
 *
 * @throws AttuneError OUTPUT_HOLDS_INPUT where that would remove an input of the run
 */
export async function openRunDirectory(
  path: string,
  { resume = false, model, inputs }: { resume?: boolean } & RunInputs = {},
): Promise<RunDirectory> {
  if (!resume) await refuseInputsIn(path, contents, { model, inputs });
  try {
    await makeDirectory(path);
  } catch (error) {
    throw unwritable(path, error);
  }
  // The files that identify a run are removed last: a run killed in between can still be overwritten.
  if (!resume) for (const name of [...contents].reverse()) await rm(join(path, name), { recursive: true, force: true });
  return {
    path,
    ...runLog(path),
    writeConfig: (config) => writeJson(join(path, 'config.json'), config),
    // A model is copied to other machines and people; only adapters need the place of their base.
    writeProvenance: (artifact, provenance) =>
      writeJson(join(path, artifact, 'attune.json'), artifact === 'model' ? publicRecord(provenance) : provenance),
    async writeDecision(artifact, decision) {
      if (artifact !== 'model') return;
      const file = join(path, 'model', 'config.json');
      await writeJson(file, { ...JSON.parse(await readFile(file, 'utf8')), [decisionEntry]: decision });
    },
    writeSummary: (summary) => writeJson(join(path, 'summary.json'), summary),
    writeModel: (model, tokenizer, files = {}) =>
      writeDirectoryAtomically(
        join(path, 'model'),
        async (directory) => {
          await saveModel(directory, model);
          await writeBeside(directory, { tokenizer, files, model: model.config });
        },
        { overwrite: true }, // a resumed run may have been killed while it wrote its results
      ),
    writeAdapter: (adapter, beside) =>
      writeDirectoryAtomically(
        join(path, 'adapter'),
        async (directory) => {
          await saveAdapter(directory, adapter);
          if (beside) await writeBeside(directory, beside);
        },
        { overwrite: true },
      ),
  };
}

/** The name of a tuned decision in a model's `config.json`. */
const decisionEntry = 'attune_decision';

/** A model's settings without the tuned decision of its initial model. */
export function withoutDecision(config: ModelConfig): ModelConfig {
  const { [decisionEntry]: _, ...original } = config.original;
  return { ...config, original };
}

async function writeBeside(directory: string, { tokenizer, model, files = {} }: Beside): Promise<void> {
  await saveTokenizer(tokenizer, directory, { model: tokenizedModel(model) });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}
