import type { ProblemType } from '@attune/models';
import type { LabelOf } from '@attune/train';
import type { ProblemKind } from './kind';
import { multiLabel } from './multi-label';
import { regression } from './regression';
import { singleLabel } from './single-label';

const problemKinds: { readonly [P in ProblemType]: ProblemKind<LabelOf[P]> } = {
  single_label_classification: singleLabel,
  multi_label_classification: multiLabel,
  regression,
};

/** The kind of a problem type; single-label classification by default. */
export function problemKind<P extends ProblemType = 'single_label_classification'>(
  problemType: ProblemType = 'single_label_classification',
): ProblemKind<LabelOf[P]> {
  return problemKinds[problemType as P];
}
