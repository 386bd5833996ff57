import type { PredictorPool } from './options';

/**
 * Opens all models of a pool again, one after the other. A model that cannot be opened keeps its old version.
 *
 * @param onNote receives the outcome for each model
 * @example process.on('SIGHUP', () => reloadAll(pool, console.error));
 */
export async function reloadAll(
  { models, reload }: Pick<PredictorPool, 'models' | 'reload'>,
  onNote: (note: string) => void,
): Promise<void> {
  for (const { name } of models)
    await reload(name).then(
      ({ version }) => onNote(`${name}: reloaded, version ${version}`),
      ({ message }: Error) => onNote(`${name}: not reloaded, the old version stays: ${message}`),
    );
}
