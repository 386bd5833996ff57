import {
  AttuneError,
  checkItems,
  checkOptions,
  type Items,
  oneOf,
  shownValue,
  type TableOf,
  texts,
} from '@attune/internal';
import type { ProblemType } from '@attune/models';
import type { PromptedText } from '../../tasks/causal-lm/examples';
import type { LabeledTexts } from '../../tasks/sequence/examples';

// Checks of callers' data before anything is read or written: kinds, lengths, and every item by its index.

type Record = Readonly<globalThis.Record<string, unknown>>;

const partNames = { train: 'any!', validation: 'any', test: 'any' } as const;

const sayString = (item: unknown) => typeof item === 'number' || typeof item === 'boolean' || typeof item === 'bigint';

/** Whether a row belongs to a table of 0 and 1 with a column per label. Its numbers as strings would be other labels. */
const isMultiHot = (row: readonly unknown[]) =>
  row.length > 1 && Array.from(row).every((value) => value === 0 || value === 1 || typeof value === 'boolean');

/** The labels of each kind of problem. */
const labelItems: Readonly<globalThis.Record<ProblemType, Items>> = {
  single_label_classification: {
    expected: 'a label, which is a string',
    holds: (item) => typeof item === 'string',
    advice: (item) =>
      sayString(item)
        ? 'make strings of them: labels: labels.map(String)'
        : Array.isArray(item)
          ? "for several labels per text pass problemType: 'multi_label_classification'"
          : undefined,
  },
  multi_label_classification: {
    expected: 'the labels of a text, an array of strings',
    holds: (item) => Array.isArray(item) && Array.from(item).every((label) => typeof label === 'string'),
    advice(item) {
      if (typeof item === 'string') return 'put each in an array: labels: labels.map((label) => [label])';
      if (!Array.isArray(item)) return undefined;
      if (isMultiHot(item))
        return 'a row of 0 and 1 needs the names of its labels: labels: labels.map((row) => names.filter((_, i) => row[i]))';
      const wrong = Array.from(item).find((label) => typeof label !== 'string');
      const remedy = sayString(wrong) ? ': labels: labels.map((own) => own.map(String))' : '';
      return `one of them is ${shownValue(wrong)}; make strings of them${remedy}`;
    },
  },
  regression: {
    expected: 'a number',
    holds: (item) => typeof item === 'number',
    advice: (item) => (typeof item === 'string' ? 'make numbers of them: labels: labels.map(Number)' : undefined),
  },
};

const invalid = (where: string, message: string) => new AttuneError('ARGUMENT_INVALID', `${where}: ${message}`);

/** The parts of the data, by their names in messages. */
function partsOf(where: string, named: Record, more: globalThis.Record<string, 'boolean'> = {}): [string, unknown][] {
  return Object.entries(named).flatMap(([name, data]) => {
    checkOptions(where, data, { ...partNames, ...more }, `${name}.`);
    const given = data as Record;
    const present = Object.keys(partNames).filter((part) => given[part] !== undefined);
    return present.map((part): [string, unknown] => [`${name}.${part}`, given[part]]);
  });
}

/** Every kind of problem. */
export const problemTypes = Object.keys(labelItems) as readonly ProblemType[];

/** Refuses an unknown kind of problem. */
export function checkProblemType(where: string, problemType: string = 'single_label_classification'): void {
  checkOptions(where, { problemType }, { problemType: oneOf(problemTypes) });
}

/**
 * Refuses labeled parts other than texts and labels of the problem's kind, one label per text.
 *
 * @throws AttuneError ARGUMENT_INVALID with the index of the first wrong item; RangeError where their numbers differ
 */
export function checkLabeledParts(
  where: string,
  data: unknown,
  {
    problemType = 'single_label_classification',
    name = 'data',
  }: { readonly problemType?: string; readonly name?: string },
): void {
  checkProblemType(where, problemType);
  for (const [part, given] of partsOf(where, { [name]: data }))
    checkLabeled(where, { name: part, part: given }, problemType as ProblemType);
}

/** A part may have more columns, such as ids; a misspelled one is refused. */
const columns = { others: 'columns', what: 'columns' } as const;

const labeledTable = { texts: 'any!', labels: 'any!', pairs: 'any' } satisfies TableOf<LabeledTexts<unknown>>;

/** One labeled part. */
export function checkLabeled(
  where: string,
  { name, part }: { readonly name: string; readonly part: unknown },
  problemType: ProblemType = 'single_label_classification',
): void {
  if (Array.isArray(part))
    throw invalid(
      where,
      `${name} expected { texts, labels }, got an array; give columns: { texts: rows.map((row) => row.text), labels: rows.map((row) => row.label) }`,
    );
  checkOptions(where, part, labeledTable, `${name}.`, columns);
  const { texts: own, labels, pairs } = part as Record;
  const items = labelItems[problemType];
  checkItems(where, { [`${name}.texts`]: own, ...(pairs !== undefined && { [`${name}.pairs`]: pairs }) }, texts);
  if (ArrayBuffer.isView(labels) && problemType === 'single_label_classification')
    throw invalid(
      where,
      `${name}.labels expected strings, got ${shownValue(labels)}; labels: Array.from(labels, String)`,
    );
  if (ArrayBuffer.isView(labels) && problemType === 'regression')
    throw invalid(where, `${name}.labels expected an array, got ${shownValue(labels)}; labels: Array.from(labels)`);
  checkItems(where, { [`${name}.labels`]: labels }, items);
  checkLengths(where, name, { texts: own, labels, pairs });
}

function checkLengths(where: string, name: string, { texts: own, labels, pairs = own }: Record): void {
  const [texts, given, second] = [own, labels, pairs].map((values) => (values as readonly unknown[]).length);
  if (texts === given && texts === second) return;
  const more = pairs === own ? '' : `, ${second} second texts`;
  throw new RangeError(
    `${where}: ${name} expected a label for each text${pairs === own ? '' : ', and a second text'}, got ${texts} texts${more} and ${given} labels; check where rows were dropped`,
  );
}

/** Refuses parts that are not sentences of tagged words. */
export function checkTaggedParts(where: string, data: unknown): void {
  for (const [name, part] of partsOf(where, { data }, { areChecked: 'boolean' })) checkTagged(where, name, part);
}

const sentences: Items = {
  expected: 'a sentence { words, tags }',
  holds: (item) => typeof item === 'object' && item !== null && !Array.isArray(item),
};

/** Refuses anything but sentences of words with a tag per word. */
export function checkTagged(where: string, name: string, part: unknown): void {
  checkItems(where, { [name]: part }, sentences);
  (part as readonly Record[]).forEach(({ words, tags, joined }, i) => {
    const place = `${name}[${i}]`;
    checkItems(where, { [`${place}.words`]: words }, { ...texts, expected: 'a word', advice: wordAdvice });
    checkItems(
      where,
      { [`${place}.tags`]: tags },
      { ...texts, expected: 'a tag, which is a string', advice: tagAdvice },
    );
    if (joined !== undefined && (!Array.isArray(joined) || joined.length !== (words as readonly unknown[]).length))
      throw new RangeError(
        `${where}: ${place}.joined expected a boolean for each word, got ${shownValue(joined)}; take joinedWords(ranges)`,
      );
    const [all, tagged] = [words, tags].map((values) => (values as readonly unknown[]).length);
    if (all !== tagged)
      throw new RangeError(`${where}: ${place} expected a tag for each word, got ${all} words and ${tagged} tags`);
  });
}

const wordAdvice = (item: unknown) => (sayString(item) ? 'make strings of them: words.map(String)' : undefined);

const tagAdvice = (item: unknown) =>
  typeof item === 'number' ? 'write their names: tags.map((id) => names[id])' : undefined;

/** Refuses parts that are not arrays of texts. */
export function checkTextParts(where: string, data: unknown): void {
  for (const [name, part] of partsOf(where, { data })) checkTexts(where, name, part);
}

/** Refuses anything but an array of texts. */
export function checkTexts(where: string, name: string, part: unknown): void {
  checkItems(where, { [name]: part }, { ...texts, advice: rowAdvice });
}

const rowAdvice = (item: unknown) =>
  typeof item === 'object' && item !== null && 'text' in item
    ? 'give its text: rows.map((row) => row.text)'
    : undefined;

const promptedTable = {
  prompt: 'string',
  completion: 'string!',
  hasSpecialTokens: 'boolean',
} satisfies TableOf<PromptedText>;

const promptedTexts: Items = {
  expected: 'a text, or { prompt, completion } of texts',
  holds(item) {
    if (typeof item !== 'object' || item === null) return typeof item === 'string';
    const { prompt, completion } = item as Record;
    return typeof completion === 'string' && (prompt === undefined || typeof prompt === 'string');
  },
  advice(item) {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) return undefined;
    const { prompt, completion } = item as Record;
    if (completion !== undefined && typeof completion !== 'string')
      return `its completion is ${shownValue(completion)}`;
    if (completion !== undefined) return `its prompt is ${shownValue(prompt)}`;
    return `it has no completion, but ${Object.keys(item).join(', ') || 'nothing'}`;
  },
};

/** Refuses parts that are not texts, or completions after prompts. */
export function checkCausalLmParts(where: string, data: unknown): void {
  for (const [name, part] of partsOf(where, { data })) checkPrompted(where, name, part);
}

/** Refuses anything but texts, or completions after prompts. */
export function checkPrompted(where: string, name: string, part: unknown): void {
  checkItems(where, { [name]: part }, promptedTexts);
  for (const [i, row] of (part as readonly unknown[]).entries())
    if (typeof row !== 'string') checkOptions(where, row, promptedTable, `${name}[${i}].`, columns);
}
