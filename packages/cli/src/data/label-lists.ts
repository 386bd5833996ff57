// Tells whether a column of lists holds vectors of 0 and 1, ids, or names without quotes, which one field alone cannot tell.
import { indicatorIn, indicatorsIn, listLiteral, wordsIn } from '@attune/train';

/** The kind of a column of lists, or the first row that does not fit it. */
export type ListColumn =
  | { readonly kind: 'vectors'; readonly rows: readonly (readonly boolean[])[] }
  | { readonly kind: 'names'; readonly rows: readonly (readonly string[])[] }
  | { readonly kind: 'refused'; readonly row: number; readonly expected: string; readonly remedy: string };

/** Reads a column of 0/1 vectors, or refuses its first row that is not such a vector; undefined for a column of names or ids. */
export function vectorsIn(fields: readonly string[]): ListColumn | undefined {
  const vectors = fields.map(indicatorsIn);
  const width = vectors.find((vector) => vector !== undefined)?.length ?? 0;
  if (vectors.every((vector) => vector !== undefined)) {
    const row = vectors.findIndex((vector) => vector.length !== width);
    if (row < 0) return { kind: 'vectors', rows: vectors };
    return vectors.every(isSet) ? undefined : refusedAt(row, width);
  }
  const quoted = stringVectors(fields);
  if (quoted !== undefined) return { kind: 'vectors', rows: quoted };
  const lists = fields.map(numbersIn);
  if (!areVectors(lists)) return undefined;
  return refusedAt(
    vectors.findIndex((vector) => vector === undefined || vector.length !== width),
    width,
  );
}

function refusedAt(row: number, width: number): ListColumn {
  const expected =
    width > 0 ? `a vector of ${width} values 0 or 1, as in the other rows,` : 'a vector of values 0 or 1';
  return {
    kind: 'refused',
    row,
    expected,
    remedy: 'write only 0 and 1, or a list of names, such as ["a", "b"]',
  };
}

/** Whether values are distinct, as in a list of the ids 0 and 1. */
const isSet = (values: readonly unknown[]) => new Set(values).size === values.length;

/** Reads lists of the strings "0" and "1" as vectors if all have the same length; otherwise they are names. */
function stringVectors(fields: readonly string[]): boolean[][] | undefined {
  const vectors = fields.map((field) => {
    const list = listLiteral(field);
    if (list === undefined || list === 'broken' || list.kind !== 'strings') return indicatorsIn(field);
    const values = list.items.map(indicatorIn);
    return values.every((value) => value !== undefined) ? values : undefined;
  });
  const width = vectors[0]?.length ?? 0;
  return width > 1 && vectors.every((vector) => vector?.length === width) ? (vectors as boolean[][]) : undefined;
}

interface Numbers {
  readonly items: readonly string[];
  readonly missing: number;
}

/** Reads a list of numbers or strings of digits, possibly empty. */
function numbersIn(field: string): Numbers | undefined {
  const list = listLiteral(field);
  if (list === undefined || list === 'broken' || list.kind === 'words') return undefined;
  if (list.kind === 'strings' && !list.items.every((item) => /^-?\d+(?:\.\d+)?$/.test(item))) return undefined;
  return { items: list.items, missing: list.missing ?? 0 };
}

/**
 * Whether most rows are vectors rather than lists of ids: some numbers are not integers, some values are missing where others are 0 or 1, or
 * a number repeats in a list while all lists have the same length.
 */
function areVectors(all: readonly (Numbers | undefined)[]): boolean {
  const lists = all.filter((list) => list !== undefined);
  const filled = lists.filter(({ items }) => items.length > 0);
  if (filled.length === 0 || lists.length * 2 < all.length) return false;
  const numbers = filled.flatMap(({ items }) => items);
  if (numbers.some((number) => indicatorIn(number) === undefined && !Number.isInteger(Number(number)))) return true;
  if (lists.some(({ missing }) => missing > 0) && numbers.every((number) => indicatorIn(number) !== undefined))
    return true;
  const lengths = new Set(filled.map(({ items, missing }) => items.length + missing));
  return lengths.size === 1 && filled.some(({ items }) => !isSet(items.map(Number)));
}

/** Reads a column with lists of unquoted names; undefined if no list has unquoted names. */
export function namesIn(fields: readonly string[]): ListColumn | undefined {
  const words = fields.map(wordsIn);
  if (words.every((names) => names === undefined)) return undefined;
  const rows = fields.map((field, i) => words[i] ?? itemsIn(field));
  if (rows.every((names) => names !== undefined)) return { kind: 'names', rows };
  const row = fields.findIndex((field, i) => words[i] !== undefined && field.trim().startsWith('['));
  if (row < 0) return undefined;
  const written = JSON.stringify(words[row]).replaceAll('","', '", "');
  return {
    kind: 'refused',
    row,
    expected: 'a list of labels in all rows or in no row,',
    remedy: `write names in quotes, such as ${written.length > 60 ? '["a", "b"]' : written}`,
  };
}

function itemsIn(field: string): readonly string[] | undefined {
  if (field.trim() === '') return [];
  const list = listLiteral(field);
  return list === 'broken' ? undefined : list?.items;
}
