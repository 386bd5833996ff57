import { once } from 'node:events';
import { MessageChannel } from 'node:worker_threads';
import type { HostTensors } from '@attune/engine';

/**
 * Frees the arrays of tensors, which are then empty: at once, where the garbage collector takes its time, knowing
 * nothing of the memory that native code is about to ask for.
 *
 * An array that was sent to a port belongs to the port, and goes with it.
 */
export async function freeArrays(tensors: HostTensors): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const buffers = new Set(Object.values(tensors).map(({ data }) => data.buffer as ArrayBuffer));
  port1.postMessage(null, [...buffers]);
  port2.ref(); // its end is worth waiting for
  const closed = once(port2, 'close');
  port2.close();
  await closed;
}
