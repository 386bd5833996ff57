import type { ProblemType } from '@attune/models';
import { multiLabel } from './multi-label';
import type { Problem } from './problem';
import { regression } from './regression';
import { singleLabel } from './single-label';

/** Every kind of problem that a sequence classifier learns. */
export const problems: { readonly [P in ProblemType]: Problem<P> } = {
  single_label_classification: singleLabel,
  multi_label_classification: multiLabel,
  regression,
};
