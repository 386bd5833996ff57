import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { PredictorPool } from '../pool/options';
import { reloadAll } from '../pool/reload-all';
import { type FromProcess, isOurs, type ToProcess } from './messages';

// The side of a process that a supervisor started.

/** The environment of a process that `openProcesses` started. */
export const supervised = { ATTUNE_SUPERVISED: '1' };

/** Whether `openProcesses` started this process. */
export const isSupervised = (): boolean =>
  cluster.isWorker && process.env.ATTUNE_SUPERVISED === supervised.ATTUNE_SUPERVISED;

/** A service that a supervisor tells what to do. */
interface Supervised {
  /** Where it listens. */
  readonly url: string;
  /** The workers that hold its models. */
  readonly pool: PredictorPool;
  /** Takes no more requests, answers those that it has, and closes the models. */
  close(): Promise<void>;
}

const say = (message: FromProcess) => process.send?.(message);

/**
 * Tells the supervisor that this process serves, and does what it is told; resolves when the supervisor ended the service.
 *
 * @param service what `openService` gives
 * @example if (isSupervised()) await superviseService(await openService('runs/sectors', { processes: 2 }));
 */
export function superviseService({ url, pool, close }: Supervised): Promise<void> {
  const reload = () => reloadAll(pool, (note) => say({ attune: 'note', text: `process ${process.pid}: ${note}` }));
  return new Promise((resolve, reject) => {
    process.on('message', (message: unknown) => {
      if (!isOurs<ToProcess>(message)) return;
      if (message.attune === 'reload') void reload();
      if (message.attune === 'close')
        close()
          .then(resolve, reject)
          .finally(() => cluster.worker?.disconnect());
    });
    say({ attune: 'serving', url, models: pool.models.map(({ name }) => name) });
  });
}

/** Lets the supervisor read a registry, and gives a function for the metrics of all processes together. */
export function sharedMetrics(registry: Registry): () => Promise<string> {
  const asked = new Map<number, (text: string) => void>();
  let ids = 0;
  process.on('message', (message: unknown) => {
    if (!isOurs<ToProcess>(message)) return;
    if (message.attune === 'own-metrics')
      void registry.getMetricsAsJSON().then((metrics) => say({ attune: 'own-metrics', id: message.id, metrics }));
    if (message.attune !== 'metrics') return;
    asked.get(message.id)?.(message.text);
    asked.delete(message.id);
  });
  return () =>
    new Promise((resolve) => {
      asked.set(ids, resolve);
      say({ attune: 'metrics', id: ids++ });
    });
}
