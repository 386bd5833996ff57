/** Endings in older checkpoints (from TensorFlow's BERT) and their current names. */
const oldEndings: readonly (readonly [now: string, old: string])[] = [
  ['.weight', '.gamma'],
  ['.bias', '.beta'],
];

/** Buffers that older versions of transformers saved with the parameters; they follow from the shapes. */
const ignoredBuffers: readonly RegExp[] = [
  /(^|\.)embeddings\.position_ids$/,
  /^position_ids$/,
  /\.rotary_emb\.inv_freq$/,
];

export interface NameMatch {
  /** Expected name → name in the file. */
  readonly from: ReadonlyMap<string, string>;
  /** Expected names that the file lacks, in the expected order. */
  readonly missing: readonly string[];
  /** Names in the file that were not expected, without buffers, in the file's order. */
  readonly unexpected: readonly string[];
}

/**
 * Finds each expected tensor in a checkpoint, under its own name or a name used by older or headless checkpoints.
 *
 * A checkpoint saved without a head has no `prefix.` in its names; one from TensorFlow calls a norm's weight and bias
 * `gamma` and `beta`. The exact name takes precedence.
 *
 * @param prefix the family's prefix, such as `bert`, `roberta` (also for XLM-R) or `model` (Llama)
 * @example
 * matchTensorNames(['embeddings.LayerNorm.gamma'], ['bert.embeddings.LayerNorm.weight'], 'bert').from;
 * // Map { 'bert.embeddings.LayerNorm.weight' → 'embeddings.LayerNorm.gamma' }
 */
export function matchTensorNames(fileNames: readonly string[], expected: readonly string[], prefix: string): NameMatch {
  const inFile = new Set(fileNames);
  const from = new Map<string, string>();
  for (const name of expected) {
    const found = spellings(name, prefix).find((spelling) => inFile.has(spelling));
    if (found !== undefined) from.set(name, found);
  }
  const used = new Set(from.values());
  return {
    from,
    missing: expected.filter((name) => !from.has(name)),
    unexpected: fileNames.filter((name) => !used.has(name) && !ignoredBuffers.some((buffer) => buffer.test(name))),
  };
}

/** Names that a tensor may have in a file, most likely first. */
function spellings(name: string, prefix: string): string[] {
  const other = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : `${prefix}.${name}`;
  return [name, other].flatMap((base) => [base, ...oldSpellings(base)]);
}

function oldSpellings(name: string): string[] {
  return oldEndings
    .filter(([now]) => name.endsWith(`LayerNorm${now}`))
    .map(([now, old]) => name.slice(0, -now.length) + old);
}
