import { equalTextGroups, split } from '@attune/data';
import { AttuneError } from '@attune/engine';
import type { DataParts } from '@attune/train';
import {
  type Columns,
  type LabelledRows,
  readLabelledRows,
  requireKnownLabels,
  rowsAt,
  withGroups,
} from '../rows/labelled-rows';
import { counted } from '../terminal/counted';
import type { PartsPlan } from './plan-parts';
import { countRepeated } from './repeated-texts';

export interface PartsOptions {
  readonly data: string;
  readonly columns: Columns;
  readonly plan: PartsPlan;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

interface RowParts {
  readonly train: LabelledRows;
  readonly validation: LabelledRows;
  readonly test?: LabelledRows;
}

/** Reads and, where asked for, shares out the data; says what became of it. */
export async function readParts(options: PartsOptions): Promise<DataParts> {
  const { data, columns, plan, onNote } = options;
  const rows = withoutEmptyTexts(await readLabelledRows(data, columns, onNote), onNote);
  refuseOneClass(rows, columns.label);
  const other = async (name: string, path: string | undefined) =>
    path === undefined ? undefined : readOther({ name, path }, rows, options);
  const test = await other('test', plan.testData);
  const validation = plan.kind === 'files' ? await other('validation', plan.evalData) : undefined;
  const parts = validation ? { train: rows, validation, test } : { test, ...shareOut(rows, options) };
  onNote(describeParts(parts, options));
  if (!parts.test) onNote('results are reported on the validation part: there is no test part');
  return parts;
}

function withoutEmptyTexts(rows: LabelledRows, onNote: (note: string) => void): LabelledRows {
  const kept = [...rows.texts.keys()].filter((i) => rows.texts[i].trim() !== '');
  const dropped = rows.texts.length - kept.length;
  if (kept.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${rows.where}: expected texts, got ${counted(dropped, 'row')} with an empty one; check --text`,
    );
  if (dropped > 0) onNote(`${rows.where}: ${counted(dropped, 'empty text')} dropped`);
  return dropped > 0 ? rowsAt(rows, kept) : rows;
}

function refuseOneClass({ where, labels }: LabelledRows, label: string): void {
  if (new Set(labels).size > 1) return;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `${where}: expected at least two classes in column ${JSON.stringify(label)}, got ${counted(labels.length, 'row')} of ${JSON.stringify(labels[0])}; check --label`,
  );
}

/** A part that is a file of its own. */
async function readOther(
  { name, path }: { name: string; path: string },
  training: LabelledRows,
  { columns: { groupBy: _, ...columns }, onNote }: PartsOptions,
): Promise<LabelledRows> {
  const rows = await readLabelledRows(path, columns, onNote);
  requireKnownLabels(rows, [...new Set(training.labels)], "the training data's");
  const repeated = countRepeated(training.texts, rows.texts);
  if (repeated > 0)
    onNote(
      `${repeated} of ${counted(rows.texts.length, `${name} text`)} are in ${training.where} too: the figures will flatter`,
    );
  return rows;
}

function shareOut(rows: LabelledRows, { plan, seed, onNote }: PartsOptions): RowParts {
  const { fractions } = plan as PartsPlan & { kind: 'split' };
  const names = ['training', 'validation', 'test'];
  const groups = withGroups(equalTextGroups(rows.texts), rows);
  const { parts, warnings } = split({ labels: rows.labels, groups, fractions, seed, names });
  warnings.forEach(onNote);
  const [train, validation, test] = parts.map((indices) => rowsAt(rows, indices));
  return test ? { train, validation, test } : { train, validation };
}

function describeParts({ train, validation, test }: RowParts, { plan, columns, seed }: PartsOptions): string {
  const sizes = Object.entries({ training: train, validation, test })
    .flatMap(([name, part]) => (part ? [`${part.texts.length.toLocaleString('en')} ${name}`] : []))
    .join(', ');
  if (plan.kind === 'files') return `${sizes} texts`;
  const grouped = columns.groupBy === undefined ? '' : `, rows of one ${JSON.stringify(columns.groupBy)} kept together`;
  return `${sizes} texts: split ${plan.percents} by label, equal texts kept together${grouped}, seed ${seed}`;
}
