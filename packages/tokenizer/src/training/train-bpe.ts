import { checkInteger, checkNames, describe, type Names, outOfRange } from '../arguments';
import type { AddedTokenJson, TokenizerJson } from '../json/tokenizer-json';
import { tokenizerFromJson } from '../load/from-json';
import { byteCharacters } from '../model/bytes';
import { unaligned } from '../normalizer/aligned-text';
import { gpt2Words } from '../pattern/byte-level-words';
import { byteLevel, metaspace } from '../pre-tokenizer/spaces';
import type { Tokenizer } from '../tokenizer';
import { wellFormed } from '../unicode/code-points';
import { mergeBpe } from './merge-bpe';
import { addCount, checkText, checkTexts, chooseAlphabet, VocabularyBuilder } from './vocabulary';

/**
 * Options of `trainBpe`.
 *
 * @example
 * const options: TrainBpeOptions = { vocabSize: 8000, style: 'metaspace' };
 * const tokenizer = trainBpe(texts, options);
 */
export interface TrainBpeOptions {
  /**
   * Maximum size of the vocabulary. It is smaller if no pairs are left to merge, and larger if special tokens and
   * alphabet alone exceed it.
   */
  readonly vocabSize: number;
  /**
   * `byte-level` represents words as bytes, like GPT-2, so that every text can be encoded; `metaspace` marks spaces with `▁`,
   * like SentencePiece. Default `byte-level`.
   */
  readonly style?: 'byte-level' | 'metaspace';
  /** Minimum number of occurrences of a pair to merge; default 2. */
  readonly minFrequency?: number;
  /** Maximum number of characters in the alphabet of `metaspace`; default 1000. */
  readonly limitAlphabet?: number;
  /** First entries; default `<|endoftext|>`, and for `metaspace` `<unk>`, `<s>`, `</s>`, where `<unk>` is required. */
  readonly specialTokens?: readonly string[];
  /** Characters to keep even if they are rare, for `metaspace`; default none. */
  readonly initialAlphabet?: readonly string[];
  /** Called every hundred merges and at the end, with the number of entries so far; default none. */
  readonly onProgress?: (progress: {
    /** Entries of the vocabulary so far. */
    entries: number;
    /** Maximum number of entries. */
    vocabSize: number;
  }) => void;
}

const unknown = '<unk>';
const space = '▁';

/**
 * Trains a byte pair encoding and returns its tokenizer.
 *
 * The vocabulary consists of the special tokens, the alphabet (the 256 bytes, or the characters of the texts) in order of code
 * points, and merges. Each merge joins the most frequent pair of neighboring pieces within words; ties go to
 * the lower ids. The same texts in any order give the same tokenizer.
 *
 * Source: `BpeTrainer` of Hugging Face tokenizers. Results are equal except for ties in `limitAlphabet`: which of
 * equally rare characters are dropped is random there; here the higher code points are dropped.
 *
 * @throws TypeError for texts or options of a wrong type; AttuneError ARGUMENT_INVALID for values out of range.
 *
 * @example
 * const tokenizer = trainBpe(['Night nurse wanted', 'Nursing assistant, nights'], { vocabSize: 300 });
 * tokenizer.decode(tokenizer.encode('Night nurse').ids); // 'Night nurse'
 */
export function trainBpe(texts: Iterable<string>, options: TrainBpeOptions): Tokenizer {
  const settings = resolve(texts, options);
  const style = settings.bytes ? byteLevelStyle() : metaspaceStyle(settings);
  const counts = countSpelled(texts, style);
  const vocabulary = new VocabularyBuilder();
  for (const token of settings.specialTokens) vocabulary.add(token);
  for (const character of style.alphabet(counts)) vocabulary.add(character);
  const words = Array.from(counts, ([word, count]) => ({ pieces: piecesOf(word, vocabulary), count }));
  const merges = mergeBpe(words, vocabulary, settings);
  return tokenizerFromJson(tokenizerJson(vocabulary, merges, settings, style.stages));
}

const optionNames = {
  vocabSize: '',
  style: '',
  minFrequency: '',
  limitAlphabet: '',
  specialTokens: '',
  initialAlphabet: '',
  onProgress: '',
} satisfies Names<TrainBpeOptions>;

function resolve(texts: Iterable<string>, options: TrainBpeOptions) {
  checkNames('trainBpe', options, optionNames);
  const { vocabSize, style = 'byte-level', minFrequency = 2, limitAlphabet = 1000, initialAlphabet = [] } = options;
  checkTexts('trainBpe', texts);
  if (style !== 'byte-level' && style !== 'metaspace') {
    throw outOfRange(`trainBpe: style expected "byte-level" or "metaspace", got ${describe(style)}`);
  }
  checkInteger('trainBpe', 'vocabSize', vocabSize, 1);
  checkInteger('trainBpe', 'minFrequency', minFrequency, 0);
  checkInteger('trainBpe', 'limitAlphabet', limitAlphabet, 0);
  const bytes = style === 'byte-level';
  const specialTokens = options.specialTokens ?? (bytes ? ['<|endoftext|>'] : [unknown, '<s>', '</s>']);
  if (!bytes && !specialTokens.includes(unknown)) {
    throw outOfRange(
      `trainBpe: specialTokens expected ${unknown} among them, got ${specialTokens.join(', ') || 'none'}`,
    );
  }
  const { onProgress } = options;
  return { vocabSize, minFrequency, limitAlphabet, initialAlphabet, bytes, specialTokens, onProgress };
}

function byteLevelStyle() {
  const names = byteCharacters();
  const encoder = new TextEncoder();
  const stage = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    preTokenizer: byteLevel({ prefixSpace: false, words: gpt2Words() }),
    spell: (word: string) => Array.from(encoder.encode(word), (byte) => names[byte]).join(''),
    alphabet: () => [...names].sort(),
    stages: { pre_tokenizer: stage, post_processor: stage, decoder: stage },
  };
}

function metaspaceStyle(options: { limitAlphabet: number; initialAlphabet: readonly string[] }) {
  const stage = { type: 'Metaspace', replacement: space, prepend_scheme: 'always', split: true };
  return {
    preTokenizer: metaspace({ replacement: space, prepend: 'always', split: true }),
    spell: (word: string) => word,
    alphabet: (counts: ReadonlyMap<string, number>) => chooseAlphabet(counts, options),
    stages: { pre_tokenizer: stage, post_processor: null, decoder: stage },
  };
}

type Style = ReturnType<typeof byteLevelStyle> | ReturnType<typeof metaspaceStyle>;

/** Counts the words, spelled in the characters of the alphabet. */
function countSpelled(texts: Iterable<string>, { preTokenizer, spell }: Style): Map<string, number> {
  const counts = new Map<string, number>();
  let index = 0;
  for (const text of texts) {
    checkText('trainBpe', text, index++);
    const source = unaligned(wellFormed(text));
    preTokenizer(source, 0, source.text.length, (words, start, end) =>
      addCount(counts, words.text.slice(start, end), 1),
    );
  }
  return new Map(Array.from(counts, ([word, count]) => [spell(word), count]));
}

/** Splits a word into characters, without those that are not in the alphabet. */
function piecesOf(word: string, vocabulary: VocabularyBuilder): number[] {
  return Array.from(word).flatMap((character) => (vocabulary.has(character) ? [vocabulary.add(character)] : []));
}

function tokenizerJson(
  { tokens }: VocabularyBuilder,
  merges: [string, string][],
  { bytes, specialTokens }: { bytes: boolean; specialTokens: readonly string[] },
  stages: Style['stages'],
): TokenizerJson {
  const model = {
    type: 'BPE',
    dropout: null,
    unk_token: bytes ? null : unknown,
    continuing_subword_prefix: null,
    end_of_word_suffix: null,
    fuse_unk: !bytes,
    byte_fallback: false,
    ignore_merges: false,
    vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
    merges,
  };
  const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false, special: true };
  const added: AddedTokenJson[] = specialTokens.map((content, id) => ({ id, content, ...flags }));
  return { version: '1.0', truncation: null, padding: null, added_tokens: added, normalizer: null, ...stages, model };
}
