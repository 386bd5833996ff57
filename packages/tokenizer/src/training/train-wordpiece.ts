import { checkInteger, checkNames, type Names, outOfRange } from '../arguments';
import { tokenizerFromVocab } from '../load/from-vocab';
import { unaligned } from '../normalizer/aligned-text';
import { bertNormalizer } from '../normalizer/bert';
import type { Normalizer } from '../normalizer/normalizer';
import { bertPreTokenizer } from '../pre-tokenizer/pre-tokenizer';
import { bertSpecialTokens, type Tokenizer } from '../tokenizer';
import { wellFormed } from '../unicode/code-points';
import { mergeWordPiece } from './merge-wordpiece';
import {
  addCount,
  byCodePoint,
  type CountedWord,
  checkText,
  checkTexts,
  chooseAlphabet,
  VocabularyBuilder,
} from './vocabulary';

/**
 * Options of `trainWordPiece`.
 *
 * @example
 * const options: TrainWordPieceOptions = { vocabSize: 8000, lowercase: false };
 * const tokenizer = trainWordPiece(texts, options);
 */
export interface TrainWordPieceOptions {
  /**
   * Maximum size of the vocabulary. It is smaller if no pairs are left to merge, and larger if special tokens and
   * alphabet alone exceed it.
   */
  readonly vocabSize: number;
  /** Minimum number of occurrences of a pair to merge; default 2. */
  readonly minFrequency?: number;
  /** Whether to lower-case and strip accents, as BERT does; default true. */
  readonly lowercase?: boolean;
  /** Maximum number of characters in the alphabet; default 1000. */
  readonly limitAlphabet?: number;
  /** First entries; default `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`, `[MASK]`. `[UNK]`, `[CLS]` and `[SEP]` are required. */
  readonly specialTokens?: readonly string[];
  /** Characters to keep even if they are rare; default none. */
  readonly initialAlphabet?: readonly string[];
  /** Prefix of pieces that do not begin a word; default `##`. */
  readonly continuingSubwordPrefix?: string;
  /** Called every hundred merges and at the end, with the number of entries so far; default none. */
  readonly onProgress?: (progress: {
    /** Entries of the vocabulary so far. */
    entries: number;
    /** Maximum number of entries. */
    vocabSize: number;
  }) => void;
}

/**
 * Trains a WordPiece vocabulary and returns the BERT tokenizer that uses it.
 *
 * The vocabulary consists of the special tokens, the alphabet, the alphabet with the prefix `##`, and merges: the most
 * frequent pair of neighboring pieces within words becomes the next entry. Ties go to the lower left id,
 * then the lower right id; both alphabets are in order of code points. Therefore
 * the same texts in any order give the same vocabulary.
 *
 * Source: `WordPieceTrainer` of Hugging Face tokenizers, which breaks ties at random.
 *
 * @throws TypeError for texts or options of a wrong type; AttuneError ARGUMENT_INVALID for values out of range.
 *
 * @example
 * const tokenizer = trainWordPiece(['Night nurse wanted', 'Nursing assistant, nights'], { vocabSize: 100 });
 * tokenizer.encode('Night nurse').tokens; // ['[CLS]', 'night', …]
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
  const counts = countWords(texts, normalizer);
  const vocabulary = new VocabularyBuilder();
  for (const token of specialTokens) vocabulary.add(token);
  for (const character of chooseAlphabet(counts, settings)) vocabulary.add(character);
  const words = splitWords(counts, vocabulary, prefix);
  mergeWordPiece(words, vocabulary, settings);
  return tokenizerFromVocab(vocabulary.tokens.join('\n'), {
    lowercase,
    continuingSubwordPrefix: prefix,
    additionalSpecialTokens: specialTokens,
  });
}

const optionNames = {
  vocabSize: '',
  minFrequency: '',
  lowercase: '',
  limitAlphabet: '',
  specialTokens: '',
  initialAlphabet: '',
  continuingSubwordPrefix: '',
  onProgress: '',
} satisfies Names<TrainWordPieceOptions>;

function resolve(texts: Iterable<string>, options: TrainWordPieceOptions) {
  checkNames('trainWordPiece', options, optionNames);
  const { vocabSize, minFrequency = 2, limitAlphabet = 1000, initialAlphabet = [], lowercase = true } = options;
  const { specialTokens = Object.values(bertSpecialTokens), continuingSubwordPrefix: prefix = '##' } = options;
  checkTexts('trainWordPiece', texts);
  checkInteger('trainWordPiece', 'vocabSize', vocabSize, 1);
  checkInteger('trainWordPiece', 'minFrequency', minFrequency, 0);
  checkInteger('trainWordPiece', 'limitAlphabet', limitAlphabet, 0);
  const { unkToken, clsToken, sepToken } = bertSpecialTokens;
  const missing = [unkToken, clsToken, sepToken].filter((token) => !specialTokens.includes(token));
  if (missing.length > 0) {
    throw outOfRange(
      `trainWordPiece: specialTokens expected ${missing.join(', ')} among them, got ${specialTokens.join(', ')}`,
    );
  }
  const { onProgress } = options;
  return { vocabSize, minFrequency, limitAlphabet, initialAlphabet, lowercase, specialTokens, prefix, onProgress };
}

/** Counts the words, normalized and pre-tokenized. */
function countWords(texts: Iterable<string>, normalizer: Normalizer): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [chunk, count] of countChunks(texts)) {
    const { text } = normalizer.normalize(wellFormed(chunk));
    bertPreTokenizer(unaligned(text), 0, text.length, (_, start, end) =>
      addCount(counts, text.slice(start, end), count),
    );
  }
  return counts;
}

/**
 * Counts what stands between ASCII spaces. No word or combining mark reaches across one, so each chunk is normalized
 * once.
 */
function countChunks(texts: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  let index = 0;
  for (const text of texts) {
    checkText('trainWordPiece', text, index);
    for (const chunk of text.split(/[ \t\r\n]+/)) addCount(counts, chunk, 1);
    index++;
  }
  return counts;
}

/**
 * Splits words into single characters, without those that are not in the alphabet. Adds the characters with the prefix.
 */
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
