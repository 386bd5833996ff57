// How much memory a baseline takes, before it is trained.
import { type WordAnalyzerOptions, wordAnalyzer } from './terms';

/** Vectors of L-BFGS at its fullest: ten pairs of past steps, point, gradient and direction, and a line search's three trials. */
const mostVectors = 30;
const bytesPerNumber = 8;
/** Of a stored value: its place in the matrix, and in the map from which the matrix is made (measured; 60 to 75). */
const bytesPerValue = 75;
/** Of a term: its text, and its places in maps. */
const bytesPerTerm = 200;

/** What decides how much memory a baseline takes, besides its texts. */
export interface BaselineSize extends WordAnalyzerOptions {
  /** Number of classes; 2 also where each label has a classifier of its own. */
  readonly classes: number;
}

/**
 * The most bytes that `trainBaseline` takes for these texts: thirty vectors of terms · classes, which count where there are many
 * classes, and the matrix. It takes less where it needs few iterations.
 *
 * @example
 * baselineBytes(texts, { classes: 1000 }) / 1e9; // 12, where the texts have 50,000 different words
 */
export function baselineBytes(texts: readonly string[], { classes, ...words }: BaselineSize): number {
  const analyze = wordAnalyzer(words);
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
