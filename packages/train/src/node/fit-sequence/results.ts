import type { ProblemType } from '@attune/models';
import type { Decision } from '../decision/decision';
import type { Comparison } from './baseline/compare';
import type { BaselineOptions } from './baseline/text-baseline';
import type { FiguresOf, PredictionsOf } from './problems/problem';

/** What the summary of a run of sequence classification leads with. */
export type SequenceFigures<P extends ProblemType> = FiguresOf[P] &
  Partial<Comparison> & {
    readonly loss: number;
    /** The yardstick's figures, on the same part. */
    readonly baseline?: FiguresOf[P];
    /** The yardstick's settings, where they were tuned. */
    readonly baselineOptions?: BaselineOptions;
    /** How scores become labels, where that was tuned. */
    readonly decision?: Decision;
    readonly trainExamples: number;
    readonly testExamples: number;
    /** The part the figures are of. */
    readonly evaluatedOn: 'test' | 'validation';
  };

/** What a run of sequence classification ends with. */
export interface SequenceResults<P extends ProblemType> {
  readonly figures: SequenceFigures<P> & Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}
