// The parts of labeled texts: one training, validation and test part, or the folds of a cross-validation.

import { equalTextGroups, kFolds, split } from '@attune/data';
import { AttuneError, counted } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import { type DataParts, type LabelColumn, type LabelOf, problemOf } from '@attune/train';
import { checkedRows, rowFindings } from './findings';
import {
  type Columns,
  type LabeledRows,
  readLabeledRows,
  refuseOneLabel,
  requireKnownLabels,
  rowsAt,
  withGroups,
  withoutEmptyTexts,
} from './labeled-rows';
import {
  countRepeated,
  noteNoTest,
  type Parts,
  type PartsRequest,
  partsOf,
  readParts,
  type SplitOptions,
} from './parts';
import { checkCommand, worstLine } from './worst-finding';

export interface LabeledColumns extends Columns {
  readonly problemType?: ProblemType;
}

/**
 * Reads labeled texts and splits them by the plan, stratified according to the problem type.
 *
 * @throws AttuneError as `readLabeledRows`, DATA_EMPTY, DATA_ONE_CLASS and DATA_LABEL_UNKNOWN
 */
export async function readLabeledParts<P extends ProblemType = 'single_label_classification'>({
  columns,
  ...request
}: PartsRequest & { readonly columns: LabeledColumns }): Promise<DataParts<LabelOf[P]>> {
  const { onNote } = request;
  const labelColumn = labelColumnOf<P>(columns);
  const { groupBy, label } = columns;
  const read = async (path: string, training?: LabeledRows<LabelOf[P]>): Promise<LabeledRows<LabelOf[P]>> => {
    if (training) return readOther(path, training, { columns, labelColumn, onNote });
    const rows = withoutEmptyTexts(await readLabeledRows(path, { ...columns, labelColumn }, onNote), onNote);
    refuseOneLabel(rows, labelColumn, label);
    if (columns.labelList) requireKnownLabels(rows, columns.labelList, "the label list's", labelColumn.names);
    noteWorst(rows, labelColumn, { path, columns, onNote, parts: partsOf(request.plan) });
    return rows;
  };
  const grouped = groupBy === undefined ? '' : `, rows with the same ${JSON.stringify(groupBy)} kept together`;
  const parts = await readParts(request, {
    read,
    split(rows: LabeledRows<LabelOf[P]>, { fractions, seed }: SplitOptions): Parts<LabeledRows<LabelOf[P]>> {
      const names = ['training', 'validation', 'test'];
      const groups = withGroups(equalTextGroups(rows.texts), rows);
      const { parts: indices, warnings } = split({
        labels: labelColumn.strata(rows.labels),
        groups,
        fractions,
        seed,
        names,
      });
      warnings.forEach(onNote);
      const [train, validation, test] = indices.map((part) => rowsAt(rows, part));
      return test ? { train, validation, test } : { train, validation };
    },
    textsOf: ({ texts }) => texts,
    unit: 'text',
    splitBy: ` ${labelColumn.shared}, equal texts kept together${grouped}`,
  });
  noteNoTest(parts, onNote);
  return parts;
}

function labelColumnOf<P extends ProblemType>(columns: LabeledColumns): LabelColumn<LabelOf[P]> {
  return problemOf(columns).column as LabelColumn<LabelOf[P]>;
}

interface OtherOptions<Label> {
  readonly columns: LabeledColumns;
  readonly labelColumn: LabelColumn<Label>;
  readonly onNote: (note: string) => void;
}

interface WorstOptions {
  readonly path: string;
  readonly columns: LabeledColumns;
  readonly onNote: (note: string) => void;
  readonly parts?: number | undefined;
}

/** Notes the worst finding of `attune check`. */
function noteWorst<Label>(
  rows: LabeledRows<Label>,
  labelColumn: LabelColumn<Label>,
  { path, columns, onNote, parts }: WorstOptions,
): void {
  const conflictsMislead = columns.problemType !== 'regression';
  const findings = rowFindings(checkedRows(rows, labelColumn), { parts, conflictsMislead });
  const line = worstLine(findings, checkCommand(path, { ...columns, task: 'sequence-classification' }));
  if (line !== undefined) onNote(line);
}

/** Reads a part from a separate file. Its labels must be known to training. */
async function readOther<Label>(
  path: string,
  training: LabeledRows<Label>,
  { columns: { groupBy: _, ...columns }, labelColumn, onNote }: OtherOptions<Label>,
): Promise<LabeledRows<Label>> {
  const known = columns.labelList ?? [...new Set(training.labels.flatMap(labelColumn.names))];
  const whose = columns.labelList ? "the label list's" : "the training data's";
  const rows = await readLabeledRows(path, { ...columns, labelColumn, known }, onNote);
  requireKnownLabels(rows, known, whose, labelColumn.names);
  return rows;
}

interface FoldPartsOptions {
  readonly data: string;
  readonly testData?: string;
  readonly columns: LabeledColumns;
  readonly folds: number;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

/**
 * Reads the data of each fold. Results are those of the part held out or, with `testData`, of that file; the part held out then
 * chooses the best epoch.
 *
 * Stratified by label. Equal texts, and rows with the same `groupBy` value, are in one fold.
 */
export async function readFoldParts<P extends ProblemType = 'single_label_classification'>({
  data,
  testData,
  columns,
  ...options
}: FoldPartsOptions): Promise<DataParts<LabelOf[P]>[]> {
  const { seed, onNote } = options;
  const labelColumn = labelColumnOf<P>(columns);
  const rows = withoutEmptyTexts(await readLabeledRows(data, { ...columns, labelColumn }, onNote), onNote);
  noteWorst(rows, labelColumn, { path: data, columns, onNote, parts: options.folds });
  const test = testData === undefined ? undefined : await readOther(testData, rows, { columns, labelColumn, onNote });
  const repeated = test ? countRepeated(rows.texts, test.texts) : 0;
  if (test && repeated > 0)
    onNote(
      `${repeated} of ${counted(test.texts.length, 'test text')} are also in ${rows.where}: scores will be too high`,
    );
  const groups = withGroups(equalTextGroups(rows.texts), rows);
  const { folds, warnings } = kFolds({ labels: labelColumn.strata(rows.labels), groups, folds: options.folds, seed });
  for (const warning of warnings) onNote(`${warning}; excluded from the fold's results`);
  const texts = counted(rows.texts.length, 'text');
  onNote(`${texts} in ${folds.length} folds: ${labelColumn.shared}, equal texts kept together, seed ${seed}`);
  return folds.map(({ training, heldOut }, fold) => {
    const known = new Set(Array.from(training, (i) => labelColumn.names(rows.labels[i])).flat());
    const isKnown = (i: number) => labelColumn.names(rows.labels[i]).every((name) => known.has(name));
    const kept = heldOut.filter(isKnown);
    if (kept.length === 0)
      throw emptyFold(fold, { data, names: Array.from(heldOut, (i) => labelColumn.names(rows.labels[i])).flat() });
    const [train, held] = [rowsAt(rows, training), rowsAt(rows, kept)];
    return test ? { train, validation: held, test } : { train, test: held };
  });
}

/** The error for a fold whose labels all occur nowhere else. */
function emptyFold(
  fold: number,
  { data, names }: { readonly data: string; readonly names: readonly string[] },
): AttuneError {
  const distinct = [...new Set(names)];
  return new AttuneError(
    'DATA_SPLIT',
    `${data}: expected folds with labels that other folds have too, got fold ${fold + 1} with ${distinct.slice(0, 3).join(', ')} only, which ${distinct.length === 1 ? 'occurs' : 'occur'} nowhere else; use fewer --folds, or add texts with ${distinct.length === 1 ? 'this label' : 'these labels'}`,
  );
}
