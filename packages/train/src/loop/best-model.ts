import type { HostTensor } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { EvaluationEvent } from './events';
import { isLowerBetter } from './metric-direction';

type Parameters = Record<string, HostTensor>;

/** The best evaluation so far, as a checkpoint holds it. */
export interface BestState {
  /** Optimizer steps before it. */
  readonly step: number;
  /** Passes over the data before it, with a fraction. */
  readonly epoch: number;
  /** Of the metric; absent where nothing was evaluated. */
  readonly value?: number;
  /** Evaluations in a row that did not improve on the best by more than the threshold. */
  readonly since: number;
}

export interface Best extends BestState {
  /** The trained parameters at that evaluation. */
  readonly parameters: Parameters;
}

export interface BestModelOptions {
  readonly metric: string;
  /** Improvement that an evaluation has to exceed, or it counts towards early stopping; default 0. */
  readonly threshold?: number;
  readonly saved?: Best;
}

/**
 * Keeps the parameters of the best evaluation by one metric: the lowest where it is a loss or an error, else the highest.
 *
 * Without evaluation data the newest is the best. As in transformers, any improvement makes a new best, also one within the threshold of early
 * stopping. A number is better than NaN.
 */
export function bestModel({ metric, threshold = 0, saved }: BestModelOptions) {
  const sign = isLowerBetter(metric) ? -1 : 1;
  let best: Best | undefined = saved;
  return {
    async offer(event: EvaluationEvent, read: () => Promise<Parameters>): Promise<void> {
      const value = metricOf(event, metric);
      const gain = improvement(value, best?.value);
      const since = gain > threshold || best === undefined ? 0 : best.since + 1;
      if (gain > 0 || best === undefined)
        best = { step: event.step, epoch: event.epoch, value, since, parameters: await read() };
      else best = { ...best, since };
    },
    get: (): Best | undefined => best,
  };

  /** Infinite where there is nothing to compare with. */
  function improvement(value: number | undefined, before: number | undefined): number {
    if (value === undefined || before === undefined) return Number.POSITIVE_INFINITY;
    if (Number.isNaN(value)) return 0;
    return Number.isNaN(before) ? Number.POSITIVE_INFINITY : sign * (value - before);
  }
}

/** The metric's value; undefined where nothing was evaluated. */
function metricOf(event: EvaluationEvent, metric: string): number | undefined {
  if (event.loss === undefined) return undefined;
  const value = event[metric];
  if (typeof value === 'number') return value;
  const names = Object.keys(event).filter(
    (name) => !['type', 'step', 'epoch', 'time', 'trainLoss', 'trainAccuracy'].includes(name),
  );
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `metricForBestModel: there is no metric "${metric}"; use one of ${names.join(', ')}`,
  );
}
