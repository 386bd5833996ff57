import type { Normalizer } from '../normalizer/normalizer';
import type { PreTokenizer } from '../pre-tokenizer/pre-tokenizer';
import { wellFormed } from '../unicode/well-formed';

/** How often each word occurs, normalized and pre-tokenized. */
export function countWords(
  texts: Iterable<string>,
  { normalizer, preTokenizer }: { normalizer: Normalizer; preTokenizer: PreTokenizer },
): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [chunk, count] of countChunks(texts)) {
    const source = normalizer.normalize(wellFormed(chunk));
    preTokenizer(source, 0, source.text.length, ({ text }, start, end) => add(counts, text.slice(start, end), count));
  }
  return counts;
}

/** What stands between ASCII spaces: no word and no combining mark reaches across one, so each is normalized only once. */
function countChunks(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  let index = 0;
  for (const text of texts) {
    checkText('trainWordPiece', text, index);
    for (const chunk of text.split(/[ \t\r\n]+/)) add(counts, chunk, 1);
    index++;
  }
  return counts;
}

/** Throws unless `text` is a string. */
export function checkText(where: string, text: unknown, index: number): void {
  if (typeof text !== 'string') throw new TypeError(`${where}: texts[${index}] expected a string, got ${typeof text}`);
}

export function add(counts: Map<string, number>, key: string, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
