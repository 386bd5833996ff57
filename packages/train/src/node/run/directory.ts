import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, isObject, parseJson, reasonOf } from '@attune/internal';
import { innerLock, makeDirectory, readJsonObject, unwritable, writeJson } from '@attune/internal/node';
import { type ModelConfig, tokenizedModel } from '@attune/models';
import {
  publicRecord,
  type SavableAdapter,
  type SavableModel,
  saveAdapter,
  saveModel,
  writeDirectoryAtomically,
  writeFileAtomically,
} from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { type RunInputs, refuseInputsIn } from './inputs';

/** Files and directories of a run, those first that identify one. */
const contents = [
  'config.json',
  'metrics.jsonl',
  'summary.json',
  'predictions.jsonl',
  'report.html',
  'model',
  'adapter',
  'checkpoints',
  'tensorboard',
  'wandb',
] as const;

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
export interface RunDirectory {
  readonly path: string;
  writeConfig(config: object): Promise<void>;
  /** Appends a line to `metrics.jsonl`. */
  log(line: object): void;
  /** Number of lines of `metrics.jsonl`. */
  lines(): number;
  /** Cuts `metrics.jsonl` back to this number of lines. */
  cutLog(lines: number): Promise<void>;
  /** The lines of `metrics.jsonl`. */
  readLog(): Promise<readonly object[]>;
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

/** How a run starts in its directory, and its inputs. */
export interface CheckRunOptions extends RunInputs {
  /** Whether to remove an existing run; default false. */
  readonly overwrite?: boolean;
  /** Whether to resume an existing run; default false. */
  readonly resume?: boolean;
  /** The kind of directory that is overwritten; default a run. */
  readonly replaces?: 'run' | 'folds' | 'search';
}

/**
 * Checks that a run may be written to `path`.
 * @throws AttuneError OUTPUT_EXISTS for a directory with files without `overwrite`, and with it for files of these names that belong to no
 * run; OUTPUT_HOLDS_INPUT where overwriting would remove an input of the run
 * @example
 * await checkRunDirectory('runs/new', { overwrite: true, model: 'runs/old/model' });
 */
export async function checkRunDirectory(
  path: string,
  { overwrite = false, resume = false, replaces = 'run', ...inputs }: CheckRunOptions = {},
): Promise<void> {
  const found = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AttuneError(
      'OUTPUT_UNUSABLE',
      `${path}: expected a directory to write to, got ${reasonOf(error)}; choose another --out`,
      {
        cause: error,
      },
    );
  });
  const entries = found.filter((name) => name !== innerLock);
  if (entries.length > 0 && !overwrite && !resume)
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${path}: expected an empty or a new directory, got one with files in it; choose another --out, or pass --overwrite, or --resume to resume from its newest checkpoint`,
    );
  if (resume) return;
  const replaced = replacedIn(entries, replaces);
  await refuseInputsIn(path, replaced, inputs);
  if (replaced.length > 0 && !(await isRun(path)))
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${path}: expected a run to overwrite, got a directory whose ${replaced[0]} does not belong to a run; choose another --out, such as ${join(path, 'run')}`,
    );
}

/** Whether a directory belongs to a run, folds or a search: their settings are there, or else their log. */
async function isRun(path: string): Promise<boolean> {
  const search = await readJsonObject(join(path, 'search.json')).catch(() => undefined);
  if (Array.isArray(search?.trials)) return true;
  const config = await readJsonObject(join(path, 'config.json')).catch(() => 'damaged' as const);
  if (config !== 'damaged') return config !== undefined && ('attune' in config || 'arguments' in config);
  const [first = ''] = await readLines(join(path, 'metrics.jsonl'));
  return /^\{"type":"(train|eval)"/.test(first);
}

/** The entries of its directory that a run, folds or a search replaces. */
function replacedIn(entries: readonly string[], replaces: 'run' | 'folds' | 'search'): readonly string[] {
  const own: readonly string[] = replaces === 'search' ? ['search.json', 'best.json'] : contents;
  const numbered = { run: undefined, folds: /^fold-\d+$/, search: /^trial-\d+$/ }[replaces];
  return entries.filter((name) => own.includes(name) || numbered?.test(name));
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
  const metrics = join(path, 'metrics.jsonl');
  let lines = 0;
  return {
    path,
    lines: () => lines,
    async cutLog(count) {
      const kept = (await readLines(metrics)).slice(0, count);
      await writeFileAtomically(metrics, (file) => file.writeFile(kept.map((line) => `${line}\n`).join('')));
      lines = kept.length;
    },
    readLog: async () => (await readLines(metrics)).map((line, i) => parsedLine(line, `${metrics} line ${i + 1}`)),
    writeConfig: (config) => writeJson(join(path, 'config.json'), config),
    log(line) {
      try {
        appendFileSync(metrics, `${JSON.stringify(line)}\n`);
      } catch (error) {
        throw unwritable(metrics, error);
      }
      lines += 1;
    },
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

/** The complete lines of a file; none without a file. */
async function readLines(path: string): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').slice(0, -1);
}

function parsedLine(line: string, where: string): object {
  try {
    return { ...(parseJson(line) as object) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError(
      'RUN_CONFIG',
      `${where}: expected a JSON object that training wrote, got ${message}; restore the file, or train again with --overwrite`,
      { cause },
    );
  }
}

const modelIn = (run: string): string | undefined => {
  const inRun = join(run, 'model');
  return existsSync(join(inRun, 'config.json')) ? inRun : undefined;
};

/**
 * The adapter directory of a run without a whole model: `adapter/`, or the source itself, which may have been copied elsewhere.
 * Undefined for other sources, such as an adapter whose run has a whole model.
 *
 * @example
 * adapterDirectory('runs/adapted'); // 'runs/adapted/adapter'
 */
export function adapterDirectory(source: string): string | undefined {
  if (modelIn(source)) return undefined;
  return [join(source, 'adapter'), source].find((place) =>
    ['adapter_config.json', 'attune.json'].every((name) => existsSync(join(place, name))),
  );
}

/**
 * The model of a source: `model/` of a run directory, else the source itself (a model directory, a hub id).
 *
 * @throws AttuneError MODEL_UNMERGED for a run with separate adapters; RUN_UNFINISHED for one that has not ended, and for folds
 * @example
 * modelSourceOf('runs/sectors'); // 'runs/sectors/model'
 */
export function modelSourceOf(source: string): string {
  if (adapterDirectory(source) === undefined) return modelIn(source) ?? notOfRun(source);
  throw new AttuneError(
    'MODEL_UNMERGED',
    `${source}: expected a whole model, got a run with separate adapters; train it with mergeAdapter (--merge-adapter)`,
  );
}

/** A source without `model/` that is not a run. A run's record has the settings of its training, a model's its architecture. */
function notOfRun(source: string): string {
  const record = recordIn(source) ?? {};
  const areFolds = typeof record.folds === 'number' && Array.isArray(record.data);
  const isRun = areFolds || (typeof record.task === 'string' && isObject(record.arguments));
  if (!isRun || record.model_type !== undefined) return source;
  const got = areFolds
    ? `the folds of a cross-validation; name one of them, such as ${join(source, 'fold-1')}`
    : existsSync(join(source, 'summary.json'))
      ? 'a run without model/ and adapter/; restore what is missing, or train again'
      : `a run that has not ended; resume it: npx attune train --resume --out ${source}`;
  throw new AttuneError('RUN_UNFINISHED', `${source}: expected a model, got ${got}`);
}

function recordIn(directory: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const record = parseJson(readFileSync(join(directory, 'config.json'), 'utf8'));
    return isObject(record) ? record : undefined;
  } catch {
    return undefined; // not a directory, or a fault that the loader reports
  }
}
