import { createHash } from 'node:crypto';
import type { Dataset } from '../../dataset';

/** SHA-256 of a data set's token ids and targets: what a resumed run must train on again. */
export function dataHash({ sequences, targets }: Dataset): string {
  const hash = createHash('sha256');
  for (const { ids } of sequences) hash.update(Int32Array.of(ids.length)).update(Int32Array.from(ids));
  return hash.update(JSON.stringify(targets)).digest('hex');
}
