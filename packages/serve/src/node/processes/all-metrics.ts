import type { Worker } from 'node:cluster';
import { randomInt } from 'node:crypto';
import { AggregatorRegistry } from 'prom-client';
import { type FromProcess, isOurs, type ToProcess } from './messages';

/** Milliseconds to wait for the metrics of a process. One that does not answer has ended or is stuck, and is left out. */
const patience = 2000;

/** Merges the metrics of several processes; counts are added. */
export async function metricsOfAll(workers: readonly Worker[]): Promise<string> {
  const found = await Promise.all(workers.map(metricsOf));
  const known = found.filter((metrics) => metrics !== undefined);
  return AggregatorRegistry.aggregate(known as object[][]).metrics();
}

function metricsOf(worker: Worker): Promise<readonly object[] | undefined> {
  const id = randomInt(2 ** 47); // matches answers to this request
  return new Promise((resolve) => {
    const end = (metrics?: readonly object[]) => {
      clearTimeout(timer);
      worker.off('message', listen).off('exit', endEmpty);
      resolve(metrics);
    };
    const endEmpty = () => end();
    const listen = (message: unknown) => {
      if (isOurs<FromProcess>(message) && message.attune === 'own-metrics' && message.id === id) end(message.metrics);
    };
    const timer = setTimeout(end, patience);
    worker.on('message', listen).on('exit', endEmpty);
    if (worker.isConnected()) worker.send({ attune: 'own-metrics', id } satisfies ToProcess, undefined, () => {});
  });
}
