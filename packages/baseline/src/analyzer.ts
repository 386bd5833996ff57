/** Turns a text into its terms, in order, repeats included. */
export type Analyzer = (text: string) => string[];

export interface WordAnalyzerOptions {
  /** The shortest and longest run of words that is a term. Default `[1, 1]`. */
  ngramRange?: readonly [number, number];
  /** Lower-case first, as Python's `lower()` does. Default true. */
  lowercase?: boolean;
}

/**
 * What scikit-learn's `\b\w\w+\b` matches: a run of at least two letters, numbers or underscores. Combining marks are not
 * `\w` in Python, so they end a word here as they do there.
 */
const word = /[\p{L}\p{N}_]{2,}/gu;

/**
 * Scikit-learn's word analyzer: lower-cased words of two or more characters, and the runs of them `ngramRange` asks for,
 * joined by a space, shorter runs first.
 *
 * ```ts
 * wordAnalyzer({ ngramRange: [1, 2] })("it's a C++ test"); // ['it', 'test', 'it test']
 * ```
 *
 * Letters are those of the JavaScript runtime's Unicode version, which may be newer than a given Python's.
 */
export function wordAnalyzer(options: WordAnalyzerOptions = {}): Analyzer {
  const { ngramRange = [1, 1], lowercase = true } = options;
  checkRange(ngramRange);
  return (text) => {
    const words = (lowercase ? text.toLowerCase() : text).match(word) ?? [];
    return ngramRange[1] === 1 ? words : ngrams(words, ngramRange);
  };
}

function ngrams(words: readonly string[], [shortest, longest]: readonly [number, number]): string[] {
  const terms: string[] = [];
  for (let length = shortest; length <= longest; length++) {
    for (let start = 0; start + length <= words.length; start++) {
      terms.push(length === 1 ? words[start] : words.slice(start, start + length).join(' '));
    }
  }
  return terms;
}

function checkRange(range: readonly [number, number]): void {
  const [shortest, longest] = range;
  if (Number.isInteger(shortest) && Number.isInteger(longest) && shortest >= 1 && longest >= shortest) return;
  throw new RangeError(`tfidf: ngramRange expected integers [shortest ≥ 1, longest ≥ shortest], got [${range}]`);
}
