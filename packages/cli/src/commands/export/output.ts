// Where an export goes: a new directory, the directory of the model, or a directory with other files.
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { isSamePlace, isWithin, mergeDirectory, writeDirectoryAtomically } from '@attune/internal/node';

/**
 * Checks the output directory before the model is loaded.
 *
 * @throws AttuneError OUTPUT_EXISTS for a file, and for a directory with files in it unless `overwrite`
 */
export async function checkOutput(output: string, overwrite: boolean): Promise<void> {
  if ((await entriesOf(output)).length === 0 || overwrite) return;
  throw new AttuneError(
    'OUTPUT_EXISTS',
    `${output}: expected an empty or a new directory, got one with files in it; choose another --output, or pass --overwrite, which replaces only the files of an earlier export there`,
  );
}

export interface OutputOptions {
  /** The directory of the graphs: `onnx`, `saved_model`. */
  readonly graphs: string;
  /** Sources of the model: the typed name, and the directory that was read. */
  readonly sources: readonly string[];
  readonly onNote: (note: string) => void;
}

/**
 * Writes an export. A new or empty directory appears complete. In the directory of the model or of its run, only the graphs are
 * written; elsewhere the files of the export are replaced. Nothing else is removed.
 *
 * @throws AttuneError OUTPUT_EXISTS for a directory of another run or model, whose config.json and tokenizer would be lost
 */
export async function writeOutput(
  output: string,
  write: (directory: string) => Promise<void>,
  { graphs, sources, onNote }: OutputOptions,
): Promise<void> {
  const entries = await entriesOf(output);
  if (entries.length === 0) return writeDirectoryAtomically(output, write);
  const isOwn = await isOneOf(output, sources);
  const others = entries.filter(isOfOthers);
  if (others.length > 0 && !isOwn && !(await holdsOneOf(output, sources))) throw notOwn(output, others[0]);
  const only = others.length > 0 || isOwn ? [graphs] : undefined;
  const config = join(output, 'config.json');
  const before = only ? undefined : await earlierConfig(output, entries);
  const written = await mergeDirectory(output, write, { only });
  const isOther = before !== undefined && labelsIn(before) !== labelsIn(await readFile(config, 'utf8'));
  if (isOther) await removeEarlier(output, { written, onNote });
  if (only) onNote(`${output} has other files, which are kept: only ${graphs}/ was written`);
  noteEarlier(output, written, onNote);
}

/** Files of a model or a run, to which the config.json in the same directory belongs. */
const isOfOthers = (name: string) =>
  /^((pytorch_|tf_|flax_|adapter_)?model\b.*\.(safetensors|bin|h5|msgpack)|metrics\.jsonl|summary\.json|search\.json)$/.test(
    name,
  );

async function isOneOf(output: string, sources: readonly string[]): Promise<boolean> {
  for (const source of sources) if (await isSamePlace(output, source)) return true;
  return false;
}

async function holdsOneOf(output: string, sources: readonly string[]): Promise<boolean> {
  for (const source of sources) if (await isWithin(source, output)) return true;
  return false;
}

function notOwn(output: string, found: string): AttuneError {
  return new AttuneError(
    'OUTPUT_EXISTS',
    `${output}: expected the directory of the model itself, or one without another model or run, got one with ${found}, whose config.json would be replaced; choose another --output`,
  );
}

/** The graphs of any export. */
const allGraphs = ['onnx/model.onnx', 'onnx/model_quantized.onnx', 'saved_model/1/saved_model.pb'].map(normalize);

/**
 * The config.json of an earlier export; undefined without one.
 *
 * @throws AttuneError OUTPUT_EXISTS for files with the names of an export, in a directory that no export wrote
 */
async function earlierConfig(output: string, entries: readonly string[]): Promise<string | undefined> {
  const taken = entries.find((name) => exported.test(name));
  if (taken === undefined) return undefined;
  const text = await readFile(join(output, 'config.json'), 'utf8').catch(() => '');
  if (allGraphs.some((path) => existsSync(join(output, path)))) return labelsIn(text) === undefined ? undefined : text;
  throw new AttuneError(
    'OUTPUT_EXISTS',
    `${output}: expected an earlier export, or a directory without files of these names, got ${taken}, which no export wrote; choose another --output`,
  );
}

/** Family and labels in a config.json, for comparison; undefined for any other file. */
function labelsIn(config: string): string | undefined {
  try {
    const { model_type: family, id2label } = { ...(parseJson(config) as Record<string, unknown>) };
    return family === undefined ? undefined : JSON.stringify([family, id2label]);
  } catch {
    return undefined;
  }
}

/** Files that an export writes in addition to its graphs. */
const exported =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|added_tokens)\.json$|^(vocab\.txt|merges\.txt|vocab\.json|chat_template\.jinja|onnx|saved_model)$/;

/** Removes the graphs of an earlier export of another model: with the labels of this model, they would give wrong answers. */
async function removeEarlier(
  output: string,
  { written, onNote }: { readonly written: readonly string[]; readonly onNote: (note: string) => void },
): Promise<void> {
  for (const path of allGraphs) {
    if (written.includes(path) || !existsSync(join(output, path))) continue;
    const whole = path.startsWith('saved_model') ? join(output, 'saved_model') : join(output, path);
    await rm(whole, { recursive: true });
    onNote(`${whole} is removed: an earlier export of another model wrote it`);
  }
}

/** Notes which graphs of an earlier export stay: they may be of another model. */
function noteEarlier(output: string, written: readonly string[], onNote: (note: string) => void): void {
  for (const path of allGraphs)
    if (!written.includes(path) && existsSync(join(output, path)))
      onNote(`${join(output, path)} is from an earlier export and is kept`);
}

/** The entries of a directory; empty if it does not exist. */
async function entriesOf(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [];
    const got = cause.code === 'ENOTDIR' ? 'a file' : reasonOf(cause);
    const message = `${directory}: expected a directory or nothing, got ${got}; choose another name`;
    throw new AttuneError('OUTPUT_EXISTS', message, { cause });
  });
}
