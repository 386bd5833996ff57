// Findings about examples: problems that would mislead training, and warnings.
import { foldedLabel } from '@attune/data';
import { compareCodePoints, counted, firstOf } from '@attune/internal';
import { entitiesOf } from '@attune/metrics';
import type { LabelColumn, TaggedWords, TagReading } from '@attune/train';
import { linesOf, sameRows } from './cleaning';
import { joinedText, type LabeledRows } from './labeled-rows';

/** A problem or a warning about data. */
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
  /** Whether it would mislead training or its scores; otherwise it is a warning. */
  readonly misleads: boolean;
  /** Number of rows, labels or words. */
  readonly count: number;
  /** The lines of duplicate rows, conflicting rows and leaked texts, if known. */
  readonly lines?: readonly number[] | undefined;
  /** The file, what was found, and what to do. */
  readonly message: string;
}

/** Examples of any task, in the form in which they are compared. */
export interface CheckedRows {
  readonly where: string;
  /** Texts, none of which may be in two parts. */
  readonly texts: readonly string[];
  /** The label of each text, as text. */
  readonly labels: readonly string[];
  /** The classes in the label of each text; empty for a number. */
  readonly classes: readonly (readonly string[])[];
  /** 1-based line of each, where it is known. */
  readonly lines?: readonly number[];
  /** Nouns for a text and its label in messages; default `text` and `label`; an empty label noun for data without labels. */
  readonly nouns?: { readonly text: string; readonly label: string };
}

const nounsOf = ({ nouns = { text: 'text', label: 'label' } }: Pick<CheckedRows, 'nouns'>) => nouns;

/** Counts of the classes, the most frequent first. */
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

/** Finds rows with equal text and label. They count several times in training. */
export function doubleRows(rows: CheckedRows): Finding[] {
  const again = sameRows(rows.texts, rows.labels).flatMap((same) => same.slice(1));
  if (again.length === 0) return [];
  again.sort((a, b) => a - b);
  const { text, label } = nounsOf(rows);
  const by = label === '' ? '' : ` in ${text} and ${label}`;
  return [
    {
      ...{ kind: 'double', misleads: false, count: again.length, lines: linesAt(rows, again) },
      message: `${rows.where}: ${counted(again.length, 'row')} equal to an earlier one${by}${at(rows, again)}; drop them with --deduplicate`,
    },
  ];
}

/** Finds texts with several labels; case and white space are ignored. */
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
      message: `${rows.where}: ${counted(conflicts.length, text)} with more than one ${label}, such as ${quoted(rows.texts[first[0]])} with ${labels}${at(rows, first)}; keep the correct one${misleads ? '' : ', unless all are correct'}`,
    },
  ];
}

const shortened = (text: string) => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const quoted = (text: string) => JSON.stringify(shortened(text.replaceAll('\u0000', ' | ')));

/** Finds classes with fewer texts than parts, which are missing from at least one part. */
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
      message: `${rows.where}: ${small.length === 1 ? '1 label has' : `${small.length} labels have`} fewer texts than the ${parts} parts of a split: ${firstOf(list)}; add texts, merge labels, or pass a validation file with --eval-data`,
    },
  ];
}

/** Finds labels that differ only in case, blanks or Unicode forms. */
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
      message: `${rows.where}: labels that differ only in case or blanks are separate classes: ${firstOf(alike, { separator: '; ' })}; spell them the same if they mean the same`,
    },
  ];
}

/** Finds labels that are much rarer than another label and one typing error away from it. */
export function misspelledLabels(rows: Pick<CheckedRows, 'classes' | 'where'>): Finding[] {
  const counts = classCounts(rows);
  const frequent = counts.filter(({ count }) => count >= 10);
  const pairs = counts.flatMap(({ label, count }) => {
    const near = frequent.find((other) => other.count >= 5 * count && isSlipOf(label, other.label));
    return near ? [`${JSON.stringify(label)} (${count}) next to ${JSON.stringify(near.label)} (${near.count})`] : [];
  });
  if (pairs.length === 0) return [];
  return [
    {
      ...{ kind: 'label', misleads: false, count: pairs.length },
      message: `${rows.where}: ${pairs.length === 1 ? 'a label looks' : `${pairs.length} labels look`} misspelled: ${firstOf(pairs, { separator: '; ' })}; spell them the same if they mean the same`,
    },
  ];
}

/**
 * Whether two names differ by one letter (missing, added or replaced; not a digit), from five letters on, or by two swapped neighbors, from four
 * letters on.
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
  /** Number of parts of a split; default: the file is not split. */
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

/** Labeled texts in the form in which they are compared. */
export function checkedRows<Label>(
  { where, texts, pairs, labels, lines }: LabeledRows<Label>,
  { shown, names }: Pick<LabelColumn<Label>, 'shown' | 'names'>,
): CheckedRows {
  const joined = texts.map((text, i) => joinedText(text, pairs?.[i]));
  return { where, texts: joined, labels: labels.map(shown), classes: labels.map(names), lines };
}

/** Tagged sentences in the form in which they are compared; the classes are entity types, or with scheme `none` tags. */
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
