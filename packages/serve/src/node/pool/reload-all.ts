import type { PredictorPool } from './options';

/**
 * Opens all models of a pool again, one after the other; one that cannot be opened stays as it was.
 *
 * @param onNote receives what became of each
 * @example process.on('SIGHUP', () => reloadAll(pool, console.error));
 */
export async function reloadAll(
  { models, reload }: Pick<PredictorPool, 'models' | 'reload'>,
  onNote: (note: string) => void,
): Promise<void> {
  for (const { name } of models)
    await reload(name).then(
      ({ version }) => onNote(`${name} was opened again, version ${version}`),
      ({ message }: Error) => onNote(`${name} stays as it was: ${message}`),
    );
}
