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
  /** Evaluations since, none of which was better. */
  readonly since: number;
}

export interface Best extends BestState {
  /** The trained parameters at that evaluation. */
  readonly parameters: Parameters;
}

export interface BestModelOptions {
  readonly metric: string;
  /** Least improvement of a metric that counts. */
  readonly threshold?: number;
  readonly saved?: Best;
}

/**
 * Keeps the parameters of the best evaluation by one metric: the lowest where it is a loss or an error, else the highest.
 *
 * Without evaluation data the newest is the best.
 */
export function bestModel({ metric, threshold = 0, saved }: BestModelOptions) {
  const sign = isLowerBetter(metric) ? -1 : 1;
  let best: Best | undefined = saved;
  return {
    async offer(event: EvaluationEvent, read: () => Promise<Parameters>): Promise<void> {
      const value = metricOf(event, metric);
      const isBetter = value === undefined || best?.value === undefined || sign * (value - best.value) > threshold;
      if (isBetter) best = { step: event.step, epoch: event.epoch, value, since: 0, parameters: await read() };
      else best = { ...best!, since: best!.since + 1 };
    },
    get: (): Best | undefined => best,
  };
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
