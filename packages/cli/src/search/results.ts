import type { SearchResult, Trial, TrialParameters } from '@attune/train/node';
import { table } from '../terminal/table';

const shown = (value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? `${Number(value.toPrecision(3))}` : `${value}`;

/** `learningRate 0.000213, perDeviceTrainBatchSize 16`. */
export function parameterLine(parameters: TrialParameters): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name} ${shown(value)}`)
    .join(', ');
}

/** A trial's value, or that it has none. */
export const valueText = (value: number | null | undefined) =>
  typeof value === 'number' ? value.toFixed(4) : 'diverged';

/** The trials as a table, best first: what the last of each one's trainings came to. */
export function searchTable({ trials }: SearchResult, metric: string): string {
  const names = Object.keys(trials[0].parameters);
  const rungs = Math.max(...trials.map(({ results }) => results.length));
  const row = ({ trial, results, parameters }: Trial) => [
    `${trial}`,
    valueText(results.at(-1)?.value),
    ...(rungs > 1 ? [`${results.length} of ${rungs}`] : []),
    ...names.map((name) => shown(parameters[name])),
  ];
  return table([['trial', metric, ...(rungs > 1 ? ['rung'] : []), ...names], ...trials.map(row)]);
}
