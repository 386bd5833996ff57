import type { EvaluationEvent, LossEvent } from '../events';
import type { FitOptions } from './fit-options';
import { fitRun, type TrainingFacts } from './fit-run';
import { prepareSequenceFit } from './prepare-sequence-fit';
import type { Predictions } from './results';

export interface RunSummary extends TrainingFacts {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
  readonly baseline?: { readonly accuracy: number; readonly macroF1: number };
  readonly trainExamples: number;
  readonly testExamples: number;
  /** The part the figures are of. */
  readonly evaluatedOn: 'test' | 'validation';
}

export interface FitResult {
  readonly summary: RunSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  readonly test: Predictions;
  readonly baseline?: Predictions;
}

/**
 * Fine-tunes a single-label classifier on labelled texts and writes the run directory: `config.json`,
 * `metrics.jsonl`, `model/` (the best epoch by `metricForBestModel`) and `summary.json`, the baseline's figures beside.
 *
 * Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 */
export async function fitSequenceClassifier(options: FitOptions): Promise<FitResult> {
  const { results, ...run } = await fitRun(options, () => prepareSequenceFit(options));
  const { labels, test, baseline } = results;
  return { ...run, labels, test, baseline };
}
