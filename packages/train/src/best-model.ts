import { AttuneError, type HostTensor } from '@attune/engine';
import type { EvaluationEvent } from './events';

export interface Best {
  readonly epoch: number;
  readonly parameters: Record<string, HostTensor>;
}

/**
 * Keeps the parameters of the best evaluation by one metric: the lowest where it is a loss or an error, else the highest.
 *
 * Without evaluation data the newest is the best.
 */
export function bestModel(metric: string) {
  const isBetter = /loss|mse|rmse|mae/i.test(metric)
    ? (a: number, b: number) => a < b
    : (a: number, b: number) => a > b;
  let best: (Best & { readonly value?: number }) | undefined;
  return {
    async offer(event: EvaluationEvent, read: () => Promise<Record<string, HostTensor>>): Promise<void> {
      const value = metricOf(event, metric);
      if (best?.value !== undefined && value !== undefined && !isBetter(value, best.value)) return;
      best = { epoch: event.epoch, value, parameters: await read() };
    },
    get: (): Best => best!,
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
