// Estimates the memory of a baseline before training.
import { analyzerOf, type WordAnalyzerOptions } from './terms';

/** Maximum number of L-BFGS vectors: ten pairs of past steps, point, gradient and direction, and three trials of the line search. */
const mostVectors = 30;
const bytesPerNumber = 8;
/** Bytes per stored value: in the matrix, and in the map from which it is made (measured; 60 to 75). */
const bytesPerValue = 75;
/** Bytes per term: its text, and its entries in maps. */
const bytesPerTerm = 200;

/** Properties that determine a baseline's memory, in addition to its texts. */
export interface BaselineSize extends WordAnalyzerOptions {
  /** Number of classes; 2 if each label has a separate classifier. */
  readonly classes: number;
}

/**
 * Maximum number of bytes that `trainBaseline` uses for these texts: thirty vectors of terms · classes, which dominate if there are many
 * classes, and the matrix. It uses less if few iterations are needed.
 *
 * @example
 * baselineBytes(texts, { classes: 1000 }) / 1e9; // 12, if the texts have 50,000 different words
 */
export function baselineBytes(texts: readonly string[], { classes, ...words }: BaselineSize): number {
  const analyze = analyzerOf(words);
  const terms = new Set<string>();
  let values = 0;
  for (const text of texts) {
    const own = new Set(analyze(text));
    values += own.size;
    for (const term of own) terms.add(term);
  }
  const vector = bytesPerNumber * (terms.size + 1) * (classes > 2 ? classes : 1);
  return mostVectors * vector + bytesPerValue * values + bytesPerTerm * terms.size;
}
