/** Which value of a metric is better, the lower or the higher. The compiler asks for a line here where a task lists a new metric. */
const directions = {
  accuracy: 'higher',
  f1: 'higher',
  loss: 'lower',
  macroF1: 'higher',
  macroPrecision: 'higher',
  macroRecall: 'higher',
  mae: 'lower',
  microF1: 'higher',
  mse: 'lower',
  perplexity: 'lower',
  precision: 'higher',
  r2: 'higher',
  recall: 'higher',
  rmse: 'lower',
  weightedF1: 'higher',
  weightedPrecision: 'higher',
  weightedRecall: 'higher',
} as const satisfies Record<string, 'lower' | 'higher'>;

/** The name of a metric of Attune's own tasks. */
export type MetricName = keyof typeof directions;

/**
 * Whether a lower value of a metric is better. Of a metric of a task of one's own: where its name ends in `loss`, as in transformers.
 *
 * @example isLowerBetter('rmse') // true
 */
export function isLowerBetter(metric: string): boolean {
  const direction = Object.hasOwn(directions, metric) ? directions[metric as MetricName] : undefined;
  return direction === undefined ? /loss$/i.test(metric) : direction === 'lower';
}
