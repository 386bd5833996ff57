import { bertNormalizer } from '../normalizer/bert';
import { checkInteger, describe } from '../options';
import { bertPreTokenizer } from '../pre-tokenizer/bert';
import { BERT_SPECIAL_TOKENS, type Tokenizer } from '../tokenizer';
import { tokenizerFromVocab } from '../tokenizer-from-vocab';
import { byCodePoint, chooseAlphabet } from './alphabet';
import { countWords } from './count-words';
import { type CountedWord, mergePairs } from './merge-pairs';
import { VocabularyBuilder } from './vocabulary-builder';

export interface TrainWordPieceOptions {
  /** The most entries; fewer where pairs are used up first, more where the special tokens and the alphabet alone are more. */
  vocabSize: number;
  /** How often a pair has to occur to become an entry; default 2. */
  minFrequency?: number;
  /** Default true; strips accents too, as BERT does. */
  lowercase?: boolean;
  /** The most characters to keep; default 1000. */
  limitAlphabet?: number;
  /** The first entries; default `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`. `[UNK]`, `[CLS]` and `[SEP]` are needed. */
  specialTokens?: readonly string[];
  /** Characters to keep however rare. */
  initialAlphabet?: readonly string[];
  /** Default `##`. */
  continuingSubwordPrefix?: string;
  /** Called every hundred merges, and at the end. */
  onProgress?: (progress: { entries: number; vocabSize: number }) => void;
}

/**
 * Trains a WordPiece vocabulary, and returns the BERT tokenizer that uses it.
 *
 * The vocabulary is made of the special tokens, the alphabet, the alphabet again with the prefix `##`, and then of
 * merges: of all neighbouring pieces within words, the pair that occurs most often becomes the next entry. Of equally
 * frequent pairs that of the lower left, then the lower right id is taken, and both alphabets are in order of code points, so
 * the same words and counts give the same vocabulary, in whatever order the texts come.
 *
 * Source: `WordPieceTrainer` of Hugging Face tokenizers, which breaks ties at random.
 *
 * ```ts
 * const tokenizer = trainWordPiece(texts, { vocabSize: 8000 });
 * ```
 */
export function trainWordPiece(texts: Iterable<string>, options: TrainWordPieceOptions): Tokenizer {
  const settings = resolve(texts, options);
  const { lowercase, prefix, specialTokens } = settings;
  const normalizer = bertNormalizer({
    cleanText: true,
    handleChineseChars: true,
    stripAccents: lowercase,
    lowercase,
  });
  const counts = countWords(texts, { normalizer, preTokenizer: bertPreTokenizer });
  const vocabulary = new VocabularyBuilder();
  for (const token of specialTokens) vocabulary.add(token);
  for (const character of chooseAlphabet(counts, settings)) vocabulary.add(character);
  const words = splitWords(counts, vocabulary, prefix);
  mergePairs(words, vocabulary, settings);
  return tokenizerFromVocab(vocabulary.tokens.join('\n'), {
    lowercase,
    continuingSubwordPrefix: prefix,
    additionalSpecialTokens: specialTokens,
  });
}

function resolve(texts: Iterable<string>, options: TrainWordPieceOptions) {
  const { vocabSize, minFrequency = 2, limitAlphabet = 1000, initialAlphabet = [], lowercase = true } = options;
  const { specialTokens = Object.values(BERT_SPECIAL_TOKENS), continuingSubwordPrefix: prefix = '##' } = options;
  if (typeof texts === 'string' || typeof texts?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`trainWordPiece: texts expected an iterable of strings, got ${describe(texts)}`);
  }
  checkInteger('trainWordPiece', 'vocabSize', vocabSize, 1);
  checkInteger('trainWordPiece', 'minFrequency', minFrequency, 0);
  checkInteger('trainWordPiece', 'limitAlphabet', limitAlphabet, 0);
  const { unkToken, clsToken, sepToken } = BERT_SPECIAL_TOKENS;
  const missing = [unkToken, clsToken, sepToken].filter((token) => !specialTokens.includes(token));
  if (missing.length > 0) {
    throw new RangeError(
      `trainWordPiece: specialTokens expected ${missing.join(', ')} too, got ${specialTokens.join(', ')}`,
    );
  }
  const { onProgress } = options;
  return { vocabSize, minFrequency, limitAlphabet, initialAlphabet, lowercase, specialTokens, prefix, onProgress };
}

/** The words as ids of single characters, without those that are not in the alphabet. */
function splitWords(counts: ReadonlyMap<string, number>, vocabulary: VocabularyBuilder, prefix: string): CountedWord[] {
  const continuing = new Set<string>();
  for (const word of counts.keys()) {
    for (const character of [...word].slice(1)) if (vocabulary.has(character)) continuing.add(character);
  }
  for (const character of [...continuing].sort(byCodePoint)) vocabulary.add(prefix + character);
  return Array.from(counts, ([word, count]) => {
    const pieces = [...word].flatMap((character, i) => {
      if (i === 0 ? !vocabulary.has(character) : !continuing.has(character)) return [];
      return [vocabulary.add(i === 0 ? character : prefix + character)];
    });
    return { pieces, count };
  });
}
