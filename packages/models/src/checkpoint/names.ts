/** Endings of older checkpoints (from TensorFlow's BERT) and what they are called now. */
const oldEndings: readonly (readonly [now: string, old: string])[] = [
  ['.weight', '.gamma'],
  ['.bias', '.beta'],
];

/** Buffers older versions of transformers saved beside the parameters: they follow from the shapes. */
const ignoredBuffers: readonly RegExp[] = [
  /(^|\.)embeddings\.position_ids$/,
  /^position_ids$/,
  /\.rotary_emb\.inv_freq$/,
];

export interface NameMatch {
  /** Expected name → the file's name. */
  readonly from: ReadonlyMap<string, string>;
  /** Expected names the file does not have, in the order expected. */
  readonly missing: readonly string[];
  /** The file's names nothing asked for, buffers aside, in the file's order. */
  readonly unexpected: readonly string[];
}

/**
 * Finds each expected tensor in a checkpoint, under its own name or one that older or headless checkpoints use.
 *
 * A checkpoint saved without a head leaves `prefix.` out; one from TensorFlow says `gamma` and `beta` for a norm's
 * weight and bias. The exact name wins over the others.
 *
 * @param prefix the family's: `bert`, `roberta` of an XLM-R too, or `model` of a Llama
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

/** The names a tensor may have in a file, the likeliest first. */
function spellings(name: string, prefix: string): string[] {
  const other = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : `${prefix}.${name}`;
  return [name, other].flatMap((base) => [base, ...oldSpellings(base)]);
}

function oldSpellings(name: string): string[] {
  return oldEndings
    .filter(([now]) => name.endsWith(`LayerNorm${now}`))
    .map(([now, old]) => name.slice(0, -now.length) + old);
}
