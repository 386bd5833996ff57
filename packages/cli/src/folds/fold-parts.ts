import { equalTextGroups, kFolds } from '@attune/data';
import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { DataParts, LabelOf } from '@attune/train';
import { type LabelColumn, type LabelKind, labelKind } from '../rows/label-kind';
import {
  type Columns,
  type LabelledRows,
  readRowsOf,
  requireKnownLabels,
  rowsAt,
  withGroups,
} from '../rows/labelled-rows';
import { counted } from '../terminal/counted';
import { countRepeated } from '../train/repeated-texts';

export interface FoldPartsOptions {
  readonly data: string;
  readonly testData?: string;
  readonly columns: Columns & LabelColumn;
  readonly folds: number;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

/**
 * The data of each fold: results are of the part held out, or of `testData`, and the part held out then chooses the best epoch.
 *
 * Stratified by label; equal texts, and rows of one `groupBy` value, are in one fold.
 */
export async function readFoldParts<P extends ProblemType = 'single_label_classification'>(
  options: FoldPartsOptions,
): Promise<DataParts<LabelOf[P]>[]> {
  const { data, columns, seed, onNote } = options;
  const kind = labelKind<P>(columns);
  const rows = withText(await readRowsOf(data, { ...columns, kind }, onNote), onNote);
  const test = await readTest(rows, kind, options);
  const groups = withGroups(equalTextGroups(rows.texts), rows);
  const { folds, warnings } = kFolds({ labels: kind.strata(rows.labels), groups, folds: options.folds, seed });
  for (const warning of warnings) onNote(`${warning}; left out of the fold's results`);
  const texts = counted(rows.texts.length, 'text');
  onNote(`${texts} in ${folds.length} folds: ${kind.shared}, equal texts kept together, seed ${seed}`);
  return folds.map(({ training, heldOut }) => {
    const known = new Set(Array.from(training, (i) => kind.names(rows.labels[i])).flat());
    const isKnown = (i: number) => kind.names(rows.labels[i]).every((name) => known.has(name));
    const [train, held] = [rowsAt(rows, training), rowsAt(rows, heldOut.filter(isKnown))];
    return test ? { train, validation: held, test } : { train, test: held };
  });
}

function withText<Label>(rows: LabelledRows<Label>, onNote: (note: string) => void): LabelledRows<Label> {
  const isEmpty = (i: number) => rows.texts[i].trim() === '' && (rows.pairs?.[i] ?? '').trim() === '';
  const kept = [...rows.texts.keys()].filter((i) => !isEmpty(i));
  const dropped = rows.texts.length - kept.length;
  if (kept.length === 0)
    throw new AttuneError('DATA_EMPTY', `${rows.where}: expected texts, got empty ones alone; check --text`);
  if (dropped > 0) onNote(`${rows.where}: ${counted(dropped, 'empty text')} dropped`);
  return dropped > 0 ? rowsAt(rows, kept) : rows;
}

async function readTest<Label>(
  rows: LabelledRows<Label>,
  kind: LabelKind<Label>,
  { testData, columns, onNote }: FoldPartsOptions,
): Promise<LabelledRows<Label> | undefined> {
  if (testData === undefined) return undefined;
  const { groupBy: _, ...named } = columns;
  const test = await readRowsOf(testData, { ...named, kind }, onNote);
  requireKnownLabels(test, [...new Set(rows.labels.flatMap(kind.names))], "the training data's", kind.names);
  const repeated = countRepeated(rows.texts, test.texts);
  const texts = counted(test.texts.length, 'test text');
  if (repeated > 0) onNote(`${repeated} of ${texts} are in ${rows.where} too: the figures will flatter`);
  return test;
}
