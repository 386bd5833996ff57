import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { LabelOf } from '@attune/train';
import { counted } from '../terminal/counted';
import { multiLabels } from './label-kinds/multi-labels';
import { singleLabels } from './label-kinds/single-labels';
import { values } from './label-kinds/values';
import type { LabelledRows } from './labelled-rows';

/** What a column of labels holds, by the kind of problem. */
export interface LabelKind<Label> {
  /** What a field has to hold, for errors: `a label`. */
  readonly expected: string;
  readonly code: 'DATA_LABEL_MISSING' | 'DATA_LABEL_INVALID';
  /** The label in a field; undefined where there is none. */
  read(field: string): Label | undefined;
  /** The names in a label, which a model has to know. */
  names(label: Label): readonly string[];
  /** What a split shares out in equal parts; undefined where it goes by chance. */
  strata(labels: readonly Label[]): readonly string[] | undefined;
  /** How that is said: `by label`. */
  readonly shared: string;
  /** How labels are shown that are all the same. */
  shown(label: Label): string;
}

export interface LabelColumn {
  readonly problemType?: ProblemType;
  /** What stands between the labels of a text that may have several. */
  readonly labelSeparator?: string;
}

/** What a column of labels holds; one label unless it is said. */
export function labelKind<P extends ProblemType>({
  problemType = 'single_label_classification',
  labelSeparator = ';',
}: LabelColumn): LabelKind<LabelOf[P]> {
  const kinds: { readonly [Each in ProblemType]: LabelKind<LabelOf[Each]> } = {
    single_label_classification: singleLabels,
    multi_label_classification: multiLabels(labelSeparator),
    regression: values,
  };
  return kinds[problemType as P];
}

/** Throws AttuneError DATA_ONE_CLASS where all labels are the same. */
export function refuseOneLabel<Label>(
  { where, labels }: LabelledRows<Label>,
  { shown, expected }: LabelKind<Label>,
  column: string,
): void {
  if (new Set(labels.map(shown)).size > 1) return;
  const two = expected === 'a label' ? 'at least two classes' : `${expected.replace(/^an? /, 'different ')}s`;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `${where}: expected ${two} in column ${JSON.stringify(column)}, got ${counted(labels.length, 'row')} of ${shown(labels[0])}; check --label`,
  );
}
