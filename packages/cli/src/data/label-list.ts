// The names of all labels in the order of their ids, and the replacement of ids in data.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AttuneError } from '@attune/internal';
import { UsageError } from '../program/failure';

/**
 * The names of `--label-list`, comma-separated or in a file with one name per line.
 *
 * @throws UsageError for fewer than two names, an empty name, and a repeated name
 */
export async function labelListOf(given: readonly string[] | undefined): Promise<readonly string[] | undefined> {
  if (given === undefined) return undefined;
  const isFile = given.length === 1 && existsSync(given[0]);
  const names = isFile ? namesIn(await readFile(given[0], 'utf8')) : given.map((name) => name.trim());
  const repeated = names.find((name, i) => names.indexOf(name) !== i);
  const got =
    names.length < 2
      ? `${names.length === 0 ? 'none' : JSON.stringify(names[0])}${isFile ? '' : ', which is not a file either'}`
      : repeated !== undefined && `${JSON.stringify(repeated)} twice`;
  if (got === false && !names.includes('')) return names;
  throw new UsageError(
    `--label-list: expected the names of all labels in the order of their ids, comma-separated or in a file with one name per line, got ${got || 'an empty name'}`,
  );
}

const namesIn = (text: string): string[] =>
  text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** An integer, also as a column of floats writes it: `1.0`. */
const isId = (label: string) => /^-?\d+(?:\.0*)?$/.test(label);

/**
 * Whether labels are ids of names: every label is an integer, and no name is one. Where a name is an integer, it depends on the source: the
 * class names in a Parquet file say that its labels are ids (`haveIds`), whichever ids occur.
 */
export function areIds(labels: Iterable<string>, names: readonly string[], haveIds = false): boolean {
  const distinct = [...new Set(labels)];
  return distinct.length > 0 && distinct.every(isId) && (haveIds || !names.some(isId));
}

interface NamedLabels {
  readonly where: string;
  /** 1-based line of each label. */
  readonly lines: readonly number[];
  readonly names: readonly string[] | undefined;
  /** Whether the names are those of the file, whose labels are then ids; default false. */
  readonly haveIds?: boolean;
  /** Labels of a model, which are kept unchanged. */
  readonly known?: readonly string[];
}

/**
 * Replaces the labels of texts, single or in lists, by their names if they are ids.
 *
 * @throws AttuneError as `nameOfId`
 */
export function namedLabels<Label>(
  labels: readonly Label[],
  { where, lines, names, haveIds, known }: NamedLabels,
): Label[] {
  const all = [...new Set((labels as readonly unknown[]).flat())];
  const texts = all.filter((label) => typeof label === 'string');
  if (names === undefined || texts.length < all.length || !areIds(texts, names, haveIds)) return [...labels];
  const isKnown = (label: string) => known?.includes(label) === true;
  const areNamed = haveIds && texts.every((id) => isKnown(names[Number(id)]));
  if (!areNamed && texts.every(isKnown)) return [...labels];
  return labels.map((label, i) => {
    const nameOf = (id: unknown) => nameOfId(String(id), names, `${where} line ${lines[i]}`);
    return (Array.isArray(label) ? label.map(nameOf) : nameOf(label)) as Label;
  });
}

/** @throws AttuneError DATA_LABEL_UNKNOWN, with its place, for an id that has no name */
export function nameOfId(id: string, names: readonly string[], where: string): string {
  const name = names[Number(id)];
  if (name !== undefined) return name;
  throw new AttuneError(
    'DATA_LABEL_UNKNOWN',
    `${where}: expected an id from 0 to ${names.length - 1} of the ${names.length} names (${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}), got ${id}; remove the row, or pass all names with --label-list`,
  );
}
