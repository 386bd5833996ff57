import { createHash } from 'node:crypto';
import type { Examples } from '../../tasks/task';

/** SHA-256 of a data set's token ids and of what is learnt of them: what a resumed run must train on again. */
export function dataHash({ sequences, ...learnt }: Examples): string {
  const hash = createHash('sha256');
  for (const { ids } of sequences) hash.update(Int32Array.of(ids.length)).update(Int32Array.from(ids));
  for (const values of Object.values(learnt)) hash.update(JSON.stringify(values, asList));
  return hash.digest('hex');
}

/** Typed arrays as lists: JSON has them as objects. */
const asList = (_: string, value: unknown) => (value instanceof Int32Array ? Array.from(value) : value);
