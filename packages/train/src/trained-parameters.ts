import type { HostTensor, HostTensors, OptimizerConfig } from '@attune/engine';

type Parameters = Record<string, HostTensor>;

/** A model's parameters as far as they change: what has to be kept of them, and all of them again. */
export interface TrainedParameters {
  /** Those that are trained. */
  of(parameters: HostTensors): Parameters;
  /** With the frozen ones, which are as training began with them, in the order of those. */
  withFrozen(trained: HostTensors): Parameters;
}

/** What never changes is kept once, not again in each checkpoint and best model. */
export function trainedParameters(
  initial: HostTensors,
  { trains = () => true }: Pick<OptimizerConfig, 'trains'>,
): TrainedParameters {
  const names = Object.keys(initial);
  const pick = (wanted: readonly string[], from: (name: string) => HostTensor) =>
    Object.fromEntries(wanted.map((name) => [name, from(name)]));
  return {
    of: (parameters) => pick(names.filter(trains), (name) => parameters[name]),
    withFrozen: (trained) => pick(names, (name) => (trains(name) ? trained[name] : initial[name])),
  };
}
