import cluster from 'node:cluster';
import type { Registry } from 'prom-client';
import type { PredictorPool } from '../pool/options';
import { reloadAll } from '../pool/reload-all';
import { type FromProcess, isOurs, type ToProcess } from './messages';

// The part of supervision that runs in a supervised process.

/** Environment variable that marks a process started by `openProcesses`. */
export const supervised = { ATTUNE_SUPERVISED: '1' };

/** Whether `openProcesses` started this process. */
export const isSupervised = (): boolean =>
  cluster.isWorker && process.env.ATTUNE_SUPERVISED === supervised.ATTUNE_SUPERVISED;

/** A service that a supervisor controls. */
interface Supervised {
  /** Address that the service listens at, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The pool of workers with its models. */
  readonly pool: PredictorPool;
  /** Stops accepting requests, answers those in progress, and closes the models. */
  close(): Promise<void>;
}

const say = (message: FromProcess) => process.send?.(message);

/**
 * Reports to the supervisor that this process serves, and follows its commands to reload and to end; resolves when the service has ended.
 *
 * @param service the result of `openService`
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

/** Makes a registry of metrics readable for the supervisor, and returns a function for the merged metrics of all processes. */
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
