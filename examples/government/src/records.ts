// From a table to labelled records: cleaning with counts, and the rule that makes the label.

import { AttuneError, cleanTable, field, type MissingPolicy, type Table, textTemplate } from '@attune/data';

export interface Recipe {
  /** A template over columns, which also name a record. */
  readonly text: string;
  /** The column of the number that decides the label. */
  readonly volume: string;
  /** The column of which a value is never in two parts. */
  readonly group: string;
  /** The column whose values are compared for disparity; `region`, where there is no such column, is looked up by the names in the text. */
  readonly by: string;
  readonly threshold: number;
  /** What becomes of a missing volume; a row without one of the text's columns is dropped. */
  readonly missing: MissingPolicy;
  readonly missingValues: readonly string[];
  readonly spellings: Readonly<Record<string, string>>;
  readonly regions: Readonly<Record<string, readonly string[]>>;
  /** Puts the number itself into the text: the leak, on purpose. */
  readonly withVolume: boolean;
}

export type Label = 'high' | 'low';

export interface LabelledRecord {
  /** Of the file, from 1; the first, of rows that are one record. */
  readonly line: number;
  readonly text: string;
  readonly volume: number;
  readonly label: Label;
  readonly group: string;
  readonly by: string;
}

/** One thing that cleaning did, and to how many rows. */
export interface CleaningStep {
  readonly step: string;
  readonly count: number;
}

/** The rule. Every label comes from here, and a model that is told the volume has been told the answer. */
export const labelOf = (volume: number, threshold: number): Label => (volume >= threshold ? 'high' : 'low');

export function labelledRecords(table: Table, recipe: Recipe): { records: LabelledRecord[]; steps: CleaningStep[] } {
  const { volume, group, by, threshold, missing, missingValues, regions, withVolume } = recipe;
  const textOf = textTemplate(recipe.text, table);
  const names = columnsOf(recipe.text);
  const own: Record<string, MissingPolicy> = Object.fromEntries([...names, group].map((column) => [column, 'drop']));
  const cleaned = cleanTable(table.rows, {
    ...{ where: table.where, whitespace: true, duplicates: 'drop', missingValues },
    missing: { ...own, [volume]: missing },
  });
  const spelled = cleaned.rows.map((row) => ({ ...row, fields: respelled(row.fields, [...names, group], recipe) }));
  const merged = mergedRows(spelled, { names, volume, where: table.where });
  const regionOf = new Map(Object.entries(regions).flatMap(([region, all]) => all.map((one) => [one, region])));
  const records = merged.map((row) => ({
    line: row.line,
    text: withVolume ? `${textOf(row)} ${volume}: ${row.volume}.` : textOf(row),
    volume: row.volume,
    label: labelOf(row.volume, threshold),
    group: field(row, group),
    by: field(row, by) || names.map((name) => regionOf.get(field(row, name))).find(Boolean) || 'other',
  }));
  const changed = spelled.filter(({ fields }, i) =>
    names.some((name) => fields[name] !== cleaned.rows[i].fields[name]),
  );
  const steps = [
    ...cleaned.report.steps.map(({ step, column, action, count }) => ({
      step: `${step}${column ? ` in ${column}` : ''}: ${action}`,
      count,
    })),
    { step: `spelling of ${names.join(', ')}: change`, count: changed.length },
    { step: `one record in several spellings: ${volume} added up`, count: spelled.length - merged.length },
  ];
  return { records, steps };
}

/** How many texts have, as a word of its own, the number their label was made from. */
export function countLeaks(records: readonly LabelledRecord[]): number {
  const wordsOf = (text: string) => text.replaceAll(',', '').split(/[^\p{L}\p{N}.-]+|\.(?!\d)/u); // "2016-17" is not "17"
  return records.filter(({ text, volume }) => wordsOf(text).includes(String(volume))).length;
}

const columnsOf = (template: string) =>
  /[{}]/.test(template) ? [...template.matchAll(/\{([^{}]+)\}/g)].map(([, column]) => column) : [template];

type Fields = Readonly<Record<string, string>>;

function respelled(fields: Fields, columns: readonly string[], { spellings }: Recipe): Fields {
  const changed = columns.map((column) => {
    const plain: string = capitalised(
      fields[column].replaceAll('*', '').replaceAll('&', ' and ').replace(/\s+/g, ' ').trim(),
    );
    return [column, spellings[plain] ?? plain];
  });
  return { ...fields, ...Object.fromEntries(changed) };
}

/** Capitals where a name has none, or nothing else: `TAMIL NADU` and `tamil nadu` are `Tamil Nadu`. */
function capitalised(name: string): string {
  if (name !== name.toLowerCase() && name !== name.toUpperCase()) return name;
  return name
    .toLowerCase()
    .replace(/\p{L}+/gu, (word) => (word === 'and' ? word : word[0].toUpperCase() + word.slice(1)));
}

interface VolumeRow {
  readonly line: number;
  readonly fields: Fields;
  readonly volume: number;
}

/** Rows of one name, whatever its capitals, become one, their volumes added up. */
function mergedRows(
  rows: readonly { line: number; fields: Fields }[],
  { names, volume, where }: { names: readonly string[]; volume: string; where: string },
): VolumeRow[] {
  const byName = new Map<string, VolumeRow>();
  for (const row of rows) {
    const name = names.map((column) => row.fields[column].toLowerCase()).join('\n');
    const number = volumeOf(row.fields[volume], `${where} line ${row.line}, column ${JSON.stringify(volume)}`);
    const first = byName.get(name);
    byName.set(name, first ? { ...first, volume: first.volume + number } : { ...row, volume: number });
  }
  return [...byName.values()];
}

function volumeOf(value: string, where: string): number {
  const number = Number(value.replaceAll(',', ''));
  if (value !== '' && number >= 0) return number;
  throw new AttuneError(
    'DATA_NUMBER',
    `${where}: expected a number ≥ 0, got ${JSON.stringify(value)}; correct it, or list it in missingValues of the config`,
  );
}
