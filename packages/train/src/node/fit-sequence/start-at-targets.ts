import type { HostTensor } from '@attune/engine';

/**
 * Starts a new regression head at the targets' mean, its weights widened to their spread, in place.
 *
 * What it computes at first then lies where the targets do, whatever their unit. From outputs around 0 a learning rate meant
 * for classifiers would take thousands of steps to reach targets around 1,000. A head that was trained before stays as it is.
 */
export function startAtTargets(parameters: Readonly<Record<string, HostTensor>>, targets: readonly number[]): void {
  const { 'classifier.weight': weight, 'classifier.bias': bias } = parameters;
  const isNew = bias.data.every((value) => value === 0); // no trained bias is exactly that
  if (!isNew) return;
  const mean = targets.reduce((sum, value) => sum + value, 0) / targets.length;
  const variance = targets.reduce((sum, value) => sum + (value - mean) ** 2, 0) / targets.length;
  bias.data.fill(mean);
  for (let i = 0; i < weight.data.length; i++) weight.data[i] *= Math.sqrt(variance);
}
