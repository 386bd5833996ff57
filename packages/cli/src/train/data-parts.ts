import { equalTextGroups, split } from '@attune/data';
import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { DataParts, LabelOf } from '@attune/train';
import { type LabelColumn, type LabelKind, labelKind, refuseOneLabel } from '../rows/label-kind';
import {
  type Columns,
  type LabelledRows,
  readRowsOf,
  requireKnownLabels,
  rowsAt,
  withGroups,
} from '../rows/labelled-rows';
import { counted } from '../terminal/counted';
import type { PartsPlan } from './plan-parts';
import { countRepeated } from './repeated-texts';

export interface PartsOptions {
  readonly data: string;
  readonly columns: Columns & LabelColumn;
  readonly plan: PartsPlan;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

interface RowParts<Label> {
  readonly train: LabelledRows<Label>;
  readonly validation: LabelledRows<Label>;
  readonly test?: LabelledRows<Label>;
}

/** Reads and, where asked for, shares out the data; says what became of it. */
export async function readParts<P extends ProblemType = 'single_label_classification'>(
  options: PartsOptions,
): Promise<DataParts<LabelOf[P]>> {
  const { data, columns, plan, onNote } = options;
  const kind = labelKind<P>(columns);
  const rows = withoutEmptyTexts(await readRowsOf(data, { ...columns, kind }, onNote), onNote);
  refuseOneLabel(rows, kind, columns.label);
  const other = async (name: string, path: string | undefined) =>
    path === undefined ? undefined : readOther({ name, path, kind }, rows, options);
  const test = await other('test', plan.testData);
  const validation = plan.kind === 'files' ? await other('validation', plan.evalData) : undefined;
  const parts = validation ? { train: rows, validation, test } : { test, ...splitRows(rows, kind, options) };
  onNote(describeParts(parts, kind, options));
  if (!parts.test) onNote('results are reported on the validation part: there is no test part');
  return parts;
}

function withoutEmptyTexts<Label>(rows: LabelledRows<Label>, onNote: (note: string) => void): LabelledRows<Label> {
  const isEmpty = (i: number) => rows.texts[i].trim() === '' && (rows.pairs?.[i] ?? '').trim() === '';
  const kept = [...rows.texts.keys()].filter((i) => !isEmpty(i));
  const dropped = rows.texts.length - kept.length;
  if (kept.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${rows.where}: expected texts, got ${counted(dropped, 'row')} with an empty one; check --text`,
    );
  if (dropped > 0) onNote(`${rows.where}: ${counted(dropped, 'empty text')} dropped`);
  return dropped > 0 ? rowsAt(rows, kept) : rows;
}

/** A part that is a file of its own. */
async function readOther<Label>(
  { name, path, kind }: { name: string; path: string; kind: LabelKind<Label> },
  training: LabelledRows<Label>,
  { columns: { groupBy: _, ...columns }, onNote }: PartsOptions,
): Promise<LabelledRows<Label>> {
  const rows = await readRowsOf(path, { ...columns, kind }, onNote);
  requireKnownLabels(rows, [...new Set(training.labels.flatMap(kind.names))], "the training data's", kind.names);
  const repeated = countRepeated(training.texts, rows.texts);
  if (repeated > 0)
    onNote(
      `${repeated} of ${counted(rows.texts.length, `${name} text`)} are in ${training.where} too: the figures will flatter`,
    );
  return rows;
}

function splitRows<Label>(
  rows: LabelledRows<Label>,
  { strata }: LabelKind<Label>,
  { plan, seed, onNote }: PartsOptions,
): RowParts<Label> {
  const { fractions } = plan as PartsPlan & { kind: 'split' };
  const names = ['training', 'validation', 'test'];
  const groups = withGroups(equalTextGroups(rows.texts), rows);
  const { parts, warnings } = split({ labels: strata(rows.labels), groups, fractions, seed, names });
  warnings.forEach(onNote);
  const [train, validation, test] = parts.map((indices) => rowsAt(rows, indices));
  return test ? { train, validation, test } : { train, validation };
}

function describeParts<Label>(
  { train, validation, test }: RowParts<Label>,
  { shared }: LabelKind<Label>,
  { plan, columns, seed }: PartsOptions,
): string {
  const sizes = Object.entries({ training: train, validation, test })
    .flatMap(([name, part]) => (part ? [`${part.texts.length.toLocaleString('en')} ${name}`] : []))
    .join(', ');
  if (plan.kind === 'files') return `${sizes} texts`;
  const grouped = columns.groupBy === undefined ? '' : `, rows of one ${JSON.stringify(columns.groupBy)} kept together`;
  return `${sizes} texts: split ${plan.percents} ${shared}, equal texts kept together${grouped}, seed ${seed}`;
}
