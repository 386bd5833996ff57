import type { Sequence } from '@attune/models';

/**
 * Runs inputs in batches of one length and of a size that depends on that length alone, so that an input's outputs do not depend on the
 * other inputs: matrix products of another size may add in another order. Copies of its last input fill a batch.
 *
 * @param tokens per batch; a longer input is a batch alone
 * @param rowsOf the outputs of a batch, a row per input
 * @returns a row per input, in the order of the inputs
 * @example
 * await rowsByLength(sequences, { tokens: 256, rowsOf: async (batch) => rowsOf(await logits.of(batch), width) });
 */
export async function rowsByLength<Input extends Pick<Sequence, 'ids'>>(
  inputs: readonly Input[],
  {
    tokens,
    rowsOf,
  }: { readonly tokens: number; readonly rowsOf: (batch: readonly Input[]) => Promise<readonly Float32Array[]> },
): Promise<Float32Array[]> {
  const places = new Map<number, number[]>();
  inputs.forEach(({ ids }, i) => {
    const own = places.get(ids.length);
    if (own) own.push(i);
    else places.set(ids.length, [i]);
  });
  const all = new Array<Float32Array>(inputs.length);
  for (const [length, own] of places) {
    const size = Math.max(1, Math.floor(tokens / length));
    for (let start = 0; start < own.length; start += size) {
      const chosen = own.slice(start, start + size);
      const batch = Array.from({ length: size }, (_, i) => inputs[chosen[Math.min(i, chosen.length - 1)]]);
      const rows = await rowsOf(batch);
      chosen.forEach((place, i) => {
        all[place] = rows[i];
      });
    }
  }
  return all;
}
