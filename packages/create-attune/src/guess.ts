// Guesses of the task and of the columns of texts and labels, by names and then by values.
import { field, spanOf } from '@attune/data';
import { parseJson } from '@attune/internal';
import type { TaskName } from './options';
import { isConll, isLines, type TableSample } from './sample';

const textNames = /^(text|description|body|content|review|sentence|comment|message|document|phrase|title)s?$/i;
const labelNames = /^(label|class|category|sector|target|sentiment|topic|kind|type|intent|y)(_?name)?s?$/i;
const wordNames = /^(tokens|words)$/i;
const tagNames = /^(tags|ner_tags|labels)$/i;
const pairs = [
  ['prompt', 'completion'],
  ['instruction', 'response'],
  ['instruction', 'output'],
  ['question', 'answer'],
  ['input', 'output'],
] as const;

/** The task that a file is most likely for. */
export function guessTask(path: string, sample: TableSample | undefined): TaskName {
  if (isConll(path)) return 'token-classification';
  if (!sample || isLines(path, sample)) return 'masked-lm';
  if (guessTagged(sample)) return 'token-classification';
  if (guessPrompts(sample)) return 'causal-lm';
  return guessLabel(sample) === undefined ? 'masked-lm' : 'sequence-classification';
}

/** The label column: one with a usual name, or the last one in which few short values repeat. */
export function guessLabel(sample: TableSample, texts: readonly string[] = []): string | undefined {
  const columns = sample.columns.filter((name) => !texts.includes(name));
  const named = columns.find((name) => labelNames.test(name));
  if (named !== undefined) return named;
  return columns.findLast((name) => {
    const values = valuesOf(sample, name);
    const distinct = new Set(values).size;
    return distinct > 1 && distinct <= values.length / 3 && meanLength(values) <= 40 && !values.every(isFraction);
  });
}

/** The text column: one with a usual name, or the one with the longest values. */
export function guessText(sample: TableSample, label?: string): string | undefined {
  const columns = sample.columns.filter((name) => name !== label);
  const length = (name: string) => meanLength(valuesOf(sample, name));
  const longest = (names: readonly string[]) => [...names].sort((a, b) => length(b) - length(a))[0];
  return longest(columns.filter((name) => textNames.test(name))) ?? longest(columns);
}

/** The columns of words and tags, or of texts and spans, of JSON lines and Parquet. */
export function guessTagged(sample: TableSample): { readonly text: string; readonly label: string } | undefined {
  const { columns, rows } = sample;
  const text = columns.find((name) => wordNames.test(name));
  const label = columns.find((name) => tagNames.test(name));
  if (text !== undefined && label !== undefined) return { text, label };
  const spans = columns.find((name) => rows.some((row) => holdsSpans(field(row, name))));
  const annotated = spans === undefined ? undefined : guessText(sample, spans);
  return spans === undefined || annotated === undefined ? undefined : { text: annotated, label: spans };
}

function holdsSpans(json: string): boolean {
  if (!json.startsWith('[')) return false;
  try {
    const list = parseJson(json);
    return Array.isArray(list) && list.length > 0 && list.every((value) => spanOf(value) !== undefined);
  } catch {
    return false; // a text that begins with a bracket
  }
}

/** The columns of prompts and completions. */
export function guessPrompts({
  columns,
}: TableSample): { readonly promptTemplate: string; readonly completion: string } | undefined {
  const pair = pairs.find((names) => names.every((name) => columns.includes(name)));
  return pair && { promptTemplate: `{${pair[0]}}`, completion: ` {${pair[1]}}` };
}

const valuesOf = (sample: TableSample, name: string) =>
  sample.rows.map((row) => field(row, name)).filter((value) => value !== '');

const meanLength = (values: readonly string[]) =>
  values.reduce((sum, value) => sum + value.length, 0) / Math.max(1, values.length);

const isFraction = (value: string) => /^-?\d*\.\d+$/.test(value);
