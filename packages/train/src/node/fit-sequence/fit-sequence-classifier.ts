import type { ProblemType } from '@attune/models';
import type { EvaluationEvent, LossEvent } from '../../events';
import type { FitOptions } from '../fit-options';
import { fitRun, type TrainingFacts } from '../fit-run';
import { prepareSequenceFit } from './prepare-sequence-fit';
import type { PredictionsOf } from './problems/problem';
import type { SequenceFigures } from './results';

/** What `summary.json` holds. */
export type RunSummary<P extends ProblemType = 'single_label_classification'> = SequenceFigures<P> & TrainingFacts;

export interface FitResult<P extends ProblemType = 'single_label_classification'> {
  readonly problemType: P;
  readonly summary: RunSummary<P>;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}

/**
 * Fine-tunes a classifier on labelled texts, or a regression on texts and numbers, and writes the run directory:
 * `config.json`, `metrics.jsonl`, `model/` (the best epoch by `metricForBestModel`) and `summary.json`, the baseline's
 * figures beside.
 *
 * Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 * @example
 * const part = { texts: ['wheat loans', 'corn', 'loans'], labels: [['farm', 'bank'], ['farm'], ['bank']] };
 * await fitSequenceClassifier({ problemType: 'multi_label_classification', data: { train: part, validation: part }, … });
 */
export async function fitSequenceClassifier<P extends ProblemType = 'single_label_classification'>(
  options: FitOptions<P>,
): Promise<FitResult<P>> {
  const problemType = (options.problemType ?? 'single_label_classification') as P;
  const { results, summary, config, history } = await fitRun(options, () => prepareSequenceFit(options));
  const { labels, test, baseline } = results;
  return { problemType, summary, config, history, labels, test, ...(baseline && { baseline }) };
}
