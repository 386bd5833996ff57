import { appendFileSync, existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import { type SavableModel, saveModel, writeDirectoryAtomically, writeFileAtomically } from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';

/** What a run leaves behind, by name. */
const contents = ['config.json', 'metrics.jsonl', 'summary.json', 'report.html', 'model'] as const;

/** A run's directory, file by file as they become known; each appears whole or not at all. */
export interface RunDirectory {
  readonly path: string;
  writeConfig(config: object): Promise<void>;
  /** Appends a line to `metrics.jsonl`. */
  log(line: object): void;
  writeModel(model: SavableModel, tokenizer: Tokenizer): Promise<void>;
  /** `attune.json` beside the model: where it comes from, wherever it is copied to. */
  writeProvenance(provenance: object): Promise<void>;
  writeSummary(summary: object): Promise<void>;
}

/**
 * Throws unless a run may be written to `path`.
 * @throws AttuneError OUTPUT_EXISTS for a directory with files in it, unless `overwrite`
 */
export async function checkRunDirectory(
  path: string,
  { overwrite = false }: { overwrite?: boolean } = {},
): Promise<void> {
  const entries = await readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new AttuneError('OUTPUT_UNUSABLE', `${path}: expected a directory to write to (${error.message})`, {
      cause: error,
    });
  });
  if (entries.length > 0 && !overwrite)
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${path}: expected an empty or a new directory, got one with files in it; choose another --out, or pass --overwrite`,
    );
}

/** Makes the directory, without what an earlier run left there; other files stay. */
export async function openRunDirectory(path: string): Promise<RunDirectory> {
  await mkdir(path, { recursive: true });
  for (const name of contents) await rm(join(path, name), { recursive: true, force: true });
  return {
    path,
    writeConfig: (config) => writeJson(join(path, 'config.json'), config),
    log: (line) => appendFileSync(join(path, 'metrics.jsonl'), `${JSON.stringify(line)}\n`),
    writeProvenance: (provenance) => writeJson(join(path, 'model', 'attune.json'), provenance),
    writeSummary: (summary) => writeJson(join(path, 'summary.json'), summary),
    writeModel: (model, tokenizer) =>
      writeDirectoryAtomically(join(path, 'model'), async (directory) => {
        await saveModel(directory, model);
        await saveTokenizer(tokenizer, directory);
      }),
  };
}

function writeJson(path: string, value: object): Promise<void> {
  return writeFileAtomically(path, (file) => file.writeFile(`${JSON.stringify(value, null, 2)}\n`));
}

/** Where the model of a source is: in `model/` of a run directory, else the source itself (a model directory, a hub id). */
export function modelSourceOf(source: string): string {
  const inRun = join(source, 'model');
  return existsSync(join(inRun, 'config.json')) ? inRun : source;
}
