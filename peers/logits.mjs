// Logits as Attune computes them.
import { packSequences, selectTokens } from '@attune/models';
import { loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';

export const maxLength = 64;
const batchSize = 64;

/**
 * Loads a model's directory and runs it on texts.
 *
 * @returns `logits`, a row a text, or a row a token where the head reads tokens; `ids`, each text's tokens; and what was loaded
 */
export async function logitsOf(directory, { task, texts, engine }) {
  const loaded = await loadModel(directory, { task });
  const sequences = encode(await loadTokenizer(directory), texts);
  const program = engine.compile(loaded.model.program);
  const logits = [];
  for (let start = 0; start < sequences.length; start += batchSize) {
    const batch = batchOf(sequences.slice(start, start + batchSize), task);
    logits.push(...(await program.run(batch, loaded.parameters)).logits.data);
  }
  return { ...loaded, logits, ids: sequences.map(({ ids }) => Array.from(ids)) };
}

/** The tokens of each text. */
export function encode(tokenizer, texts) {
  const { ids, starts } = tokenizer.encodeBatch(texts, { truncation: { maxLength } });
  return texts.map((_, i) => ({ ids: ids.subarray(starts[i], starts[i + 1]) }));
}

function batchOf(sequences, task) {
  const packed = packSequences(sequences, { rowLength: maxLength, rowMultiple: 4 });
  if (task === 'sequence-classification') return { ...packed };
  const everyToken = sequences.map(({ ids }) => [...ids.keys()]);
  return { ...selectTokens(packed, everyToken) };
}

/** The largest of |a − b|; infinite where their lengths differ. */
export function largestDifference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
