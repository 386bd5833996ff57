/** How short encodings are lengthened. */
export interface Padding {
  /** The length to reach; `longest` is that of the longest in the batch (in a single encoding, its own). */
  length: number | 'longest';
  /** Rounds the length up to a multiple of this; 0 does not. */
  padToMultipleOf: number;
  /** The end at which padding is added. */
  direction: 'right' | 'left';
  padId: number;
  padTypeId: number;
}

/** The length that encodings are padded to, where the longest has `longest` tokens. */
export function paddedLength(longest: number, { length, padToMultipleOf }: Padding): number {
  const target = length === 'longest' ? longest : length;
  return padToMultipleOf > 0 ? Math.ceil(target / padToMultipleOf) * padToMultipleOf : target;
}
