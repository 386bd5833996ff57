import { AttuneError } from '@attune/engine';
import { bestOffsets, bestThresholds, fitTemperature } from '@attune/metrics';
import type { ModelConfig, ProblemType } from '@attune/models';
import type { FitOptions } from '../../node/run/options';
import { type Decision, decidedScores } from './decision';
import type { Target } from './targets';

/** Logits [examples · labels] of data that was not trained on, and its targets. */
export interface TuningData {
  readonly logits: Float32Array;
  readonly targets: readonly Target[];
}

type Wanted = Pick<FitOptions, 'tuneThreshold' | 'calibrate'>;

/**
 * Throws unless what is asked for can be tuned.
 * @throws AttuneError ARGUMENT_INVALID for a regression, and without a validation part
 */
export function checkTuning({ tuneThreshold, calibrate, problemType, data }: FitOptions<ProblemType>): void {
  const name = tuneThreshold ? 'tuneThreshold' : 'calibrate';
  if (!tuneThreshold && !calibrate) return;
  if (problemType === 'regression')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `${name}: expected none beside regression, which has no scores; leave it out`,
    );
  if (!data.validation)
    throw new AttuneError('ARGUMENT_INVALID', `${name}: expected a validation part to tune on, got none; add one`);
}

/** The temperature, then thresholds or offsets at that temperature: the likeliest, and those of the highest macro-F1. */
export function tuneDecision(
  data: TuningData,
  { config, tuneThreshold, calibrate }: Wanted & { readonly config: ModelConfig },
): Decision {
  const tune = config.problemType === 'multi_label_classification' ? multiLabel : singleLabel;
  const tempered = calibrate ? { temperature: tune.temperature(data, config) } : {};
  return tuneThreshold ? { ...tempered, ...tune.threshold(data, config, tempered) } : tempered;
}

interface Tuning {
  temperature(data: TuningData, config: ModelConfig): number;
  threshold(data: TuningData, config: ModelConfig, tempered: Decision): Decision;
}

const singleLabel: Tuning = {
  temperature: ({ logits, targets }, { labels }) =>
    fitTemperature(rowsOf(logits, labels.length), targets as readonly number[]).temperature,
  threshold({ logits, targets }, config, tempered) {
    const { labels } = config;
    const logs = decidedScores(logits, config, tempered).map((p) => Math.log(Math.max(p, 1e-30)));
    const { offsets } = bestOffsets(targets as readonly number[], rowsOf(logs, labels.length));
    return { offsets: named(labels, offsets) };
  },
};

const multiLabel: Tuning = {
  /** One for all labels: every decision is one of a yes-no classifier. */
  temperature: ({ logits, targets }) =>
    fitTemperature(
      Array.from(logits, (logit) => [0, logit]),
      targets.flat(),
    ).temperature,
  threshold({ logits, targets }, config, tempered) {
    const { labels } = config;
    const truth = targets as readonly (readonly number[])[];
    const scores = rowsOf(decidedScores(logits, config, tempered), labels.length);
    // Of a label that no validation text has nothing can be said.
    const isSeen = labels.map((_, id) => truth.some((row) => row[id] === 1));
    const found = bestThresholds(truth, scores).map(({ threshold }, id) =>
      isSeen[id] ? belowOf(threshold, scores, id) : 0.5,
    );
    return { threshold: named(labels, found) };
  },
};

/** Halfway to the next lower score: on another engine a score may come out a little lower, and has to reach it still. */
function belowOf(threshold: number, scores: readonly Float32Array[], id: number): number {
  const lower = scores.reduce((most, row) => (row[id] < threshold ? Math.max(most, row[id]) : most), 0);
  return (threshold + lower) / 2;
}

const rowsOf = (values: Float32Array, width: number): Float32Array[] =>
  Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));

const named = (labels: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(labels.map((label, id) => [label, values[id]]));
