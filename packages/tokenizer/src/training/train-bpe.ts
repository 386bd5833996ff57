import type { AddedTokenJson, TokenizerJson } from '../json/tokenizer-json';
import { byteCharacters } from '../model/byte-characters';
import { checkInteger, describe } from '../options';
import { gpt2Words } from '../pattern/byte-level-words';
import { byteLevel } from '../pre-tokenizer/byte-level';
import { metaspace } from '../pre-tokenizer/metaspace';
import type { Tokenizer } from '../tokenizer';
import { tokenizerFromJson } from '../tokenizer-from-json';
import { wellFormed } from '../unicode/well-formed';
import { chooseAlphabet } from './alphabet';
import { add, checkText } from './count-words';
import { mergeBpe } from './merge-bpe';
import { VocabularyBuilder } from './vocabulary-builder';

export interface TrainBpeOptions {
  /** The most entries; fewer where pairs are used up first, more where the special tokens and the alphabet alone are more. */
  vocabSize: number;
  /** `byte-level`, as GPT-2: every text can be encoded; `metaspace`, as SentencePiece: `▁` for spaces. Default `byte-level`. */
  style?: 'byte-level' | 'metaspace';
  /** How often a pair has to occur to be merged; default 2. */
  minFrequency?: number;
  /** The most characters to keep, of the style `metaspace`; default 1000. */
  limitAlphabet?: number;
  /** The first entries; default `<|endoftext|>`, and for `metaspace` `<unk>`, `<s>`, `</s>`, of which the first is needed. */
  specialTokens?: readonly string[];
  /** Characters to keep however rare, of the style `metaspace`. */
  initialAlphabet?: readonly string[];
  /** Called every hundred merges, and at the end. */
  onProgress?: (progress: { entries: number; vocabSize: number }) => void;
}

const UNKNOWN = '<unk>';
const SPACE = '▁';

/**
 * Trains byte pair encoding, and returns the tokenizer that uses it.
 *
 * The vocabulary is made of the special tokens, the alphabet (the 256 bytes, or the characters of the texts) in order of code
 * points, and of merges: the pair of neighbouring pieces within words that occurs most often, of equally frequent ones
 * that of the lower ids. The same texts, in whatever order, give the same tokenizer.
 *
 * Source: `BpeTrainer` of Hugging Face tokenizers, whose result it is but for ties in `limitAlphabet`: which of equally
 * rare characters it drops is up to chance there, and the higher code points here.
 *
 * ```ts
 * const tokenizer = trainBpe(texts, { vocabSize: 8000 });
 * ```
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

function resolve(texts: Iterable<string>, options: TrainBpeOptions) {
  const { vocabSize, style = 'byte-level', minFrequency = 2, limitAlphabet = 1000, initialAlphabet = [] } = options;
  if (typeof texts === 'string' || typeof texts?.[Symbol.iterator] !== 'function') {
    throw new TypeError(`trainBpe: texts expected an iterable of strings, got ${describe(texts)}`);
  }
  if (style !== 'byte-level' && style !== 'metaspace') {
    throw new RangeError(`trainBpe: style expected "byte-level" or "metaspace", got ${describe(style)}`);
  }
  checkInteger('trainBpe', 'vocabSize', vocabSize, 1);
  checkInteger('trainBpe', 'minFrequency', minFrequency, 0);
  checkInteger('trainBpe', 'limitAlphabet', limitAlphabet, 0);
  const bytes = style === 'byte-level';
  const specialTokens = options.specialTokens ?? (bytes ? ['<|endoftext|>'] : [UNKNOWN, '<s>', '</s>']);
  if (!bytes && !specialTokens.includes(UNKNOWN)) {
    throw new RangeError(`trainBpe: specialTokens expected ${UNKNOWN} too, got ${specialTokens.join(', ') || 'none'}`);
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
  const stage = { type: 'Metaspace', replacement: SPACE, prepend_scheme: 'always', split: true };
  return {
    preTokenizer: metaspace({ replacement: SPACE, prepend: 'always', split: true }),
    spell: (word: string) => word,
    alphabet: (counts: ReadonlyMap<string, number>) => chooseAlphabet(counts, options),
    stages: { pre_tokenizer: stage, post_processor: null, decoder: stage },
  };
}

type Style = ReturnType<typeof byteLevelStyle> | ReturnType<typeof metaspaceStyle>;

/** How often each word occurs, in the alphabet's characters. */
function countSpelled(texts: Iterable<string>, { preTokenizer, spell }: Style): Map<string, number> {
  const counts = new Map<string, number>();
  let index = 0;
  for (const text of texts) {
    checkText('trainBpe', text, index++);
    const source = { text: wellFormed(text), starts: [], ends: [] };
    preTokenizer(source, 0, source.text.length, (words, start, end) => add(counts, words.text.slice(start, end), 1));
  }
  return new Map(Array.from(counts, ([word, count]) => [spell(word), count]));
}

/** The characters of a word, without those that are not in the alphabet. */
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
    unk_token: bytes ? null : UNKNOWN,
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
