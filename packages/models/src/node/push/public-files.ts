// Public part of a model's settings: the entries that loading needs, without local paths and user names.
import { homedir } from 'node:os';
import { parseJson } from '@attune/internal';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Entries of `attune.json` that loading needs, or that describe the training without local paths. */
const publicEntries: readonly string[] = [
  ...['task', 'attune', 'node', 'engine', 'arguments', 'architecture', 'lora', 'quantize', 'mergeAdapter', 'summary'],
  ...['decision', 'problemType', 'pairs', 'labelSeparator', 'labelNames', 'scheme', 'mode', 'decoding', 'stride'],
  ...['chunkLength', 'mlmProbability', 'wholeWord', 'truncationMode', 'tokenLengths', 'recipe', 'modelDigest'],
];

/**
 * The public part of a run's record, which accompanies the model wherever it is copied.
 *
 * @example
 * publicRecord({ task: 'masked-lm', model: '/home/ada/bert', chunkLength: 128 }); // { task: 'masked-lm', chunkLength: 128 }
 */
export function publicRecord(record: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    publicEntries.flatMap((name) => (name in record ? [[name, withoutPaths((record as Json)[name])]] : [])),
  );
}

/** Settings files of other programs in a model directory; vocabularies are not among them. */
const settingsFile = /^(?!.*(?:tokenizer|vocab|merges|added_tokens|index)\.json$).*\.json$/;

/** The public content of a file. */
export interface PublicText {
  readonly text: string;
  /** Names of removed entries. */
  readonly withheld: readonly string[];
}

/** Whether a file may contain private settings. */
export const hasSettings = (path: string): boolean => settingsFile.test(path.split('/').at(-1) ?? '');

/** The public content; undefined if it equals the file's own. */
export function publicText(path: string, text: string): PublicText | undefined {
  const given = parsed(text);
  if (!isJson(given)) return undefined;
  const shown = path === 'attune.json' ? publicRecord(given) : withoutPaths(given);
  const withheld = namesLost(given, shown);
  return withheld.length > 0 ? { text: `${JSON.stringify(shown, null, 2)}\n`, withheld } : undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined; // uploaded unchanged: loading the model reports the fault
  }
}

/** Keys of labels and tokens, whose values may look like paths. */
const namesOfData = ['id2label', 'label2id', 'labels', 'labelNames', 'classWeights'];

/** A value without local paths, at any depth. */
function withoutPaths(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isPath(item)).map(withoutPaths);
  if (!isJson(value)) return value;
  const kept = Object.entries(value).filter(([, entry]) => !isPath(entry));
  return Object.fromEntries(
    kept.map(([name, entry]) => [name, namesOfData.includes(name) ? entry : withoutPaths(entry)]),
  );
}

/** Whether a value is a local path: an absolute path on one line, `~`, or anything below the home directory. */
function isPath(value: unknown): boolean {
  if (typeof value !== 'string' || /[\n{]/.test(value)) return false;
  if (/^(?:file:|[\\/]{1,2}[^\s\\/]+[\\/]|~[\\/]|[A-Za-z]:[\\/])/.test(value)) return true;
  const home = homedir();
  return home.length > 1 && value.includes(home);
}

function namesLost(given: unknown, shown: unknown, prefix = ''): string[] {
  if (!isJson(given) || !isJson(shown))
    return JSON.stringify(given) === JSON.stringify(shown) ? [] : [prefix.slice(0, -1)];
  return Object.entries(given).flatMap(([name, value]) =>
    name in shown ? namesLost(value, shown[name], `${prefix}${name}.`) : [prefix + name],
  );
}
