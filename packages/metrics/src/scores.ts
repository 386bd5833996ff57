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

/** Options of scores that are quotients. */
export interface ZeroDivisionOptions {
  /**
   * What a quotient with denominator zero is: 0 (unless given), 1, or NaN, which averages then leave out. scikit-learn's
   * `zero_division`.
   */
  readonly zeroDivision?: number;
}

/** Throws RangeError unless it is 0, 1 or NaN. */
export function checkZeroDivision(where: string, { zeroDivision = 0 }: ZeroDivisionOptions): number {
  if (zeroDivision === 0 || zeroDivision === 1 || Number.isNaN(zeroDivision)) return zeroDivision;
  throw new RangeError(`${where}: zeroDivision expected 0, 1 or NaN, got ${zeroDivision}`);
}

/** Precision = TP / predicted, recall = TP / actual, F1 = 2 TP / (predicted + actual). */
export function scoresOf({ truePositives, predicted, actual }: Counts, zeroDivision = 0): Scores {
  return {
    precision: ratio(truePositives, predicted, zeroDivision),
    recall: ratio(truePositives, actual, zeroDivision),
    f1: ratio(2 * truePositives, predicted + actual, zeroDivision),
  };
}

/** The three averages over classes: macro (plain mean), micro (of the pooled counts), weighted (by support). */
export interface Averages {
  macro: Scores;
  micro: Scores;
  weighted: Scores;
}

/** Averages of per-class counts; the weighted average is 0 when no listed class has an example. */
export function averagesOf(counts: readonly Counts[], zeroDivision = 0): Averages {
  const scores = counts.map((count) => scoresOf(count, zeroDivision));
  return {
    macro: weightedMean(
      scores,
      scores.map(() => 1),
    ),
    micro: scoresOf(pooled(counts), zeroDivision),
    weighted: weightedMean(
      scores,
      counts.map((count) => count.actual),
    ),
  };
}

/** Mean of scores under weights, without those that are NaN; the plain mean when the weights sum to zero, as in scikit-learn. */
export function weightedMean(scores: readonly Scores[], weights: readonly number[]): Scores {
  const mean = (key: keyof Scores) => {
    const defined = scores.map((_, i) => i).filter((i) => !Number.isNaN(scores[i][key]));
    if (defined.length === 0) return scores.length === 0 ? 0 : Number.NaN;
    const total = defined.reduce((sum, i) => sum + weights[i], 0);
    const weightOf = (i: number) => (total === 0 ? 1 : weights[i]);
    return defined.reduce((sum, i) => sum + scores[i][key] * weightOf(i), 0) / (total || defined.length);
  };
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

/** A quotient, or `zeroDivision` where there is none. */
export function ratio(numerator: number, denominator: number, zeroDivision = 0): number {
  return denominator === 0 ? zeroDivision : numerator / denominator;
}
