/** Precision, recall and their harmonic mean, each in [0, 1]. */
export interface Scores {
  precision: number;
  recall: number;
  f1: number;
}

/** The scores of one class, with the number of examples that truly have it. */
export interface ClassScores extends Scores {
  support: number;
}

/** What precision and recall are made of: hits, examples predicted as the class, examples that truly are. */
export interface Counts {
  truePositives: number;
  predicted: number;
  actual: number;
}

/**
 * Precision = TP / predicted, recall = TP / actual, F1 = 2 TP / (predicted + actual).
 *
 * A quotient whose denominator is zero is 0 (scikit-learn's `zero_division=0`).
 */
export function scoresOf({ truePositives, predicted, actual }: Counts): Scores {
  return {
    precision: ratio(truePositives, predicted),
    recall: ratio(truePositives, actual),
    f1: ratio(2 * truePositives, predicted + actual),
  };
}

/** The three averages over classes: macro (plain mean), micro (of the pooled counts), weighted (by support). */
export interface Averages {
  macro: Scores;
  micro: Scores;
  weighted: Scores;
}

/** Averages of per-class counts; the weighted average is 0 when no listed class has an example. */
export function averagesOf(counts: readonly Counts[]): Averages {
  const scores = counts.map(scoresOf);
  return {
    macro: weightedMean(
      scores,
      scores.map(() => 1),
    ),
    micro: scoresOf(pooled(counts)),
    weighted: weightedMean(
      scores,
      counts.map((count) => count.actual),
    ),
  };
}

/** Mean of scores under weights; zero when the weights sum to zero. */
export function weightedMean(scores: readonly Scores[], weights: readonly number[]): Scores {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = (key: keyof Scores) =>
    ratio(
      scores.reduce((sum, score, i) => sum + score[key] * weights[i], 0),
      total,
    );
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') };
}

function pooled(counts: readonly Counts[]): Counts {
  const sum = { truePositives: 0, predicted: 0, actual: 0 };
  for (const count of counts) {
    sum.truePositives += count.truePositives;
    sum.predicted += count.predicted;
    sum.actual += count.actual;
  }
  return sum;
}

function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}
