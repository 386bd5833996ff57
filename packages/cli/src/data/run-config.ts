import type { RunColumns } from '@attune/train/node';
import { type CleanStep, cleanSteps } from '../options/choices';

/** The columns of the data that a run was trained on, from its config.json. */
export interface RunConfig extends Omit<RunColumns, 'clean'> {
  /** Cleaning steps applied to texts before they are read. */
  readonly clean?: readonly CleanStep[];
}

/**
 * Reads the columns that a run was trained on; empty for a model that is not a run.
 *
 * @throws AttuneError RUN_CONFIG for a config.json that cannot be read
 */
export async function readRunConfig(source: string): Promise<RunConfig> {
  const { readRunColumns } = await import('@attune/train/node');
  const { clean, ...columns } = await readRunColumns(source);
  return { ...columns, clean: clean?.filter(isCleanStep) };
}

const isCleanStep = (name: string): name is CleanStep => (cleanSteps as readonly string[]).includes(name);
