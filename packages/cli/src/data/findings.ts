// What is odd about examples: what would mislead training, and what is worth a look.
import { foldedLabel } from '@attune/data';
import { compareCodePoints, firstOf } from '@attune/internal';
import { entitiesOf } from '@attune/metrics';
import type { LabelColumn, TaggedWords, TagReading } from '@attune/train';
import { counted } from '../program/terminal';
import { linesOf, sameRows } from './cleaning';
import { joinedText, type LabeledRows } from './labeled-rows';

/** What was found in data. */
export interface Finding {
  readonly kind:
    | 'conflict'
    | 'cut'
    | 'double'
    | 'empty'
    | 'label'
    | 'leak'
    | 'note'
    | 'small-class'
    | 'tags'
    | 'unlabeled'
    | 'unreadable';
  /** Whether training or its scores would be misled; else it is worth a look. */
  readonly misleads: boolean;
  /** How many rows, labels or words. */
  readonly count: number;
  /** The lines of double rows, of those in conflict and of texts that leak, where they are known. */
  readonly lines?: readonly number[] | undefined;
  /** The file, what was found, and what to do. */
  readonly message: string;
}

/** Examples of any task, as they are compared. */
export interface CheckedRows {
  readonly where: string;
  /** What must not be in two parts. */
  readonly texts: readonly string[];
  /** The label of each, as people read it. */
  readonly labels: readonly string[];
  /** The names of classes in the label of each; none for a number. */
  readonly classes: readonly (readonly string[])[];
  /** 1-based line of each, where it is known. */
  readonly lines?: readonly number[];
  /** What a text and its label are called; default `text` and `label`; an empty label where there are none. */
  readonly nouns?: { readonly text: string; readonly label: string };
}

const nounsOf = ({ nouns = { text: 'text', label: 'label' } }: Pick<CheckedRows, 'nouns'>) => nouns;

/** How often each class occurs, the most frequent first. */
export function classCounts({ classes }: Pick<CheckedRows, 'classes'>): { label: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const name of classes.flat()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || compareCodePoints(a.label, b.label));
}

const at = ({ lines }: CheckedRows, rows: readonly number[]): string =>
  lines === undefined ? '' : ` (${linesOf(rows.map((row) => ({ line: lines[row] })))})`;

const linesAt = ({ lines }: CheckedRows, rows: readonly number[]) => lines && rows.map((row) => lines[row]);

/** Rows that are equal in text and label: they weigh more, and stay in one part. */
export function doubleRows(rows: CheckedRows): Finding[] {
  const again = sameRows(rows.texts, rows.labels).flatMap((same) => same.slice(1));
  if (again.length === 0) return [];
  again.sort((a, b) => a - b);
  const { text, label } = nounsOf(rows);
  const by = label === '' ? '' : ` in ${text} and ${label}`;
  return [
    {
      ...{ kind: 'double', misleads: false, count: again.length, lines: linesAt(rows, again) },
      message: `${rows.where}: ${counted(again.length, 'row')} equal to an earlier one${by}${at(rows, again)}; drop them: --deduplicate`,
    },
  ];
}

/** Texts, equal but for case and white space, with several labels. */
export function conflictingRows(rows: CheckedRows, misleads = true): Finding[] {
  const byText = sameRows(
    rows.texts,
    rows.texts.map(() => ''),
  );
  const conflicts = byText.filter((same) => new Set(same.map((row) => rows.labels[row])).size > 1);
  if (conflicts.length === 0) return [];
  const [first] = conflicts;
  const { text, label } = nounsOf(rows);
  const labels = [...new Set(first.map((row) => rows.labels[row]))].slice(0, 3).map(shortened).join(' and ');
  return [
    {
      ...{ kind: 'conflict', misleads, count: conflicts.length, lines: linesAt(rows, conflicts.flat()) },
      message: `${rows.where}: ${counted(conflicts.length, text)} with more than one ${label}, such as ${quoted(rows.texts[first[0]])} with ${labels}${at(rows, first)}; keep the right one${misleads ? '' : ', unless all are right'}`,
    },
  ];
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const quoted = (text: string) => JSON.stringify(shortened(text.replaceAll('\u0000', ' | ')));

/** Classes with fewer texts than there are parts: one part is without them. */
export function smallClasses(rows: CheckedRows, parts: number): Finding[] {
  const texts = new Map<string, Set<number>>();
  const byText = sameRows(
    rows.texts,
    rows.texts.map(() => ''),
  );
  for (const [group, same] of byText.entries())
    for (const name of same.flatMap((row) => rows.classes[row]))
      texts.set(name, (texts.get(name) ?? new Set()).add(group));
  const small = [...texts].filter(([, own]) => own.size < parts).sort(([a], [b]) => compareCodePoints(a, b));
  if (small.length === 0) return [];
  const list = small.map(([name, own]) => `${JSON.stringify(name)} (${own.size})`);
  return [
    {
      ...{ kind: 'small-class', misleads: true, count: small.length },
      message: `${rows.where}: ${small.length === 1 ? '1 label has' : `${small.length} labels have`} fewer texts than the ${parts} parts of a split: ${firstOf(list)}; add texts, merge labels, or name the parts: --eval-data`,
    },
  ];
}

/** Labels that differ by case, blanks or forms of the same characters alone. */
export function alikeLabels(rows: Pick<CheckedRows, 'classes' | 'where'>): Finding[] {
  const groups = new Map<string, string[]>();
  for (const { label, count } of classCounts(rows)) {
    const alike = groups.get(foldedLabel(label)) ?? [];
    groups.set(foldedLabel(label), [...alike, `${JSON.stringify(label)} (${count})`]);
  }
  const alike = [...groups.values()].filter(({ length }) => length > 1).map((names) => names.join(' and '));
  if (alike.length === 0) return [];
  return [
    {
      ...{ kind: 'label', misleads: true, count: alike.length },
      message: `${rows.where}: labels that differ by case or blanks alone are classes of their own: ${firstOf(alike, { separator: '; ' })}; write them alike where they are one`,
    },
  ];
}

/** A label that is much rarer than another one, and one slip of the keyboard away from it. */
export function misspelledLabels(rows: Pick<CheckedRows, 'classes' | 'where'>): Finding[] {
  const counts = classCounts(rows);
  const frequent = counts.filter(({ count }) => count >= 10);
  const pairs = counts.flatMap(({ label, count }) => {
    const near = frequent.find((other) => other.count >= 5 * count && isSlipOf(label, other.label));
    return near ? [`${JSON.stringify(label)} (${count}) beside ${JSON.stringify(near.label)} (${near.count})`] : [];
  });
  if (pairs.length === 0) return [];
  return [
    {
      ...{ kind: 'label', misleads: false, count: pairs.length },
      message: `${rows.where}: ${pairs.length === 1 ? 'a label looks' : `${pairs.length} labels look`} misspelled: ${firstOf(pairs, { separator: '; ' })}; write them alike where they are one`,
    },
  ];
}

/**
 * Whether one letter, which is no digit, was left out, added or replaced, in names of five letters and more, or two neighbors swapped, in names
 * of four and more.
 */
function isSlipOf(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (short === long || long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start++;
  const areLetters = (text: string) => /^\p{L}+$/u.test(text);
  const isEqualAfter = (ofShort: number, ofLong: number) =>
    short.slice(start + ofShort) === long.slice(start + ofLong) &&
    areLetters(short.slice(start, start + ofShort) + long.slice(start, start + ofLong));
  if (short.length < long.length) return short.length >= 5 && isEqualAfter(0, 1);
  const isSwapped = short[start] === long[start + 1] && short[start + 1] === long[start] && isEqualAfter(2, 2);
  return (short.length >= 5 && isEqualAfter(1, 1)) || (short.length >= 4 && isSwapped);
}

interface RowOptions {
  /** The parts of a split; default none, for a file that is not split. */
  readonly parts?: number | undefined;
  /** Whether several labels of one text mislead; default true. */
  readonly conflictsMislead?: boolean;
}

/** The findings of one file's rows. */
export function rowFindings(rows: CheckedRows, { parts, conflictsMislead }: RowOptions): Finding[] {
  return [
    ...conflictingRows(rows, conflictsMislead),
    ...(parts === undefined ? [] : smallClasses(rows, parts)),
    ...misspelledLabels(rows),
    ...doubleRows(rows),
  ];
}

/** Labeled texts as they are compared. */
export function checkedRows<Label>(
  { where, texts, pairs, labels, lines }: LabeledRows<Label>,
  { shown, names }: Pick<LabelColumn<Label>, 'shown' | 'names'>,
): CheckedRows {
  const joined = texts.map((text, i) => joinedText(text, pairs?.[i]));
  return { where, texts: joined, labels: labels.map(shown), classes: labels.map(names), lines };
}

/** Tagged sentences as they are compared; the classes are types of entities, or tags where they stand for themselves. */
export function checkedSentences(
  sentences: readonly TaggedWords[],
  { where, scheme }: { readonly where: string; readonly scheme: TagReading['scheme'] },
): CheckedRows {
  const classesOf = ({ tags }: TaggedWords): string[] =>
    scheme === 'none' ? tags.filter((tag) => tag !== 'O') : entitiesOf(tags, { scheme }).map(({ type }) => type);
  return {
    where,
    texts: sentences.map(({ words }) => words.join(' ')),
    labels: sentences.map(({ tags }) => tags.join(' ')),
    classes: sentences.map(classesOf),
    nouns: { text: 'sentence', label: 'tagging' },
    ...(sentences.every(({ line }) => line !== undefined) && { lines: sentences.map(({ line }) => line!) }),
  };
}
