import {
  isChinese,
  isDropped,
  isFormatCharacter,
  isNonspacingMark,
  isPunctuation,
  isWhitespace,
} from '../unicode/categories';
import { nfd } from '../unicode/newer-forms';
import { unitsOf } from '../unicode/well-formed';
import { type AlignedText, AlignedTextBuilder } from './aligned-text';
import type { Normalizer } from './normalizer';
import { decomposeInOrder, isNonStarter } from './reordering';

export interface BertNormalizerOptions {
  /** Drop control characters; make every whitespace character a space. */
  cleanText: boolean;
  /** Set spaces around Chinese characters. */
  handleChineseChars: boolean;
  /** Decompose (NFD) and drop non-spacing marks: `é` becomes `e`. */
  stripAccents: boolean;
  /** Lower-case letter by letter; there is no final-sigma rule. */
  lowercase: boolean;
}

/** BERT's normalizer, which (but for the order of surviving combining characters) works code point by code point. */
export interface BertNormalizer extends Normalizer {
  /**
   * What one code point becomes: the empty string where it is dropped, `undefined` where that depends on its neighbours,
   * because a combining character survives the stripping and NFD may move it past others.
   */
  normalizeCodePoint(codePoint: number): string | undefined;
  /** Whether the 256 code points from `start` on all stay what they are, or are all Chinese characters. */
  isUniform(start: number): boolean;
  /** What such a code point at `position` becomes, if its neighbours leave it in its place. */
  normalizeAmong(text: string, position: number): string | undefined;
}

/** So many code points that need more than a look at the tables are remembered, and then forgotten: 1 MB at most. */
const MOST_REMEMBERED = 1 << 14;

/**
 * BERT's text cleaning: drop controls, split off Chinese characters, strip accents, lower-case; each step optional.
 *
 * Reference: `BertNormalizer` of Hugging Face tokenizers (`normalizers/bert.rs`).
 */
export function bertNormalizer(options: BertNormalizerOptions): BertNormalizer {
  const known = new Map<number, string | undefined>();
  const isFinished = finishedBlocks();

  function normalizeCodePoint(codePoint: number): string | undefined {
    if (isFinished(codePoint)) return prepare(codePoint, options);
    const result = known.get(codePoint);
    if (result !== undefined || known.has(codePoint)) return result;
    if (known.size === MOST_REMEMBERED) known.clear();
    const prepared = prepare(codePoint, options);
    const normalized = keepsNonStarter(prepared, options) ? undefined : finish(prepared, options);
    known.set(codePoint, normalized);
    return normalized;
  }

  function normalizeAmong(text: string, position: number): string | undefined {
    const codePoint = text.codePointAt(position) as number;
    const before = /.?$/su.exec(text.slice(Math.max(0, position - 2), position))?.[0] ?? '';
    const [after = ''] = text.slice(position + unitsOf(codePoint), position + unitsOf(codePoint) + 2);
    const isFixed = [before, after].every((each) => each === '' || isStarter(each, options));
    return isFixed ? finish(prepare(codePoint, options), options) : undefined;
  }

  function normalize(text: string): AlignedText {
    const builder = new AlignedTextBuilder();
    for (let start = 0; start < text.length; ) {
      const codePoint = text.codePointAt(start) as number;
      const end = start + unitsOf(codePoint);
      const normalized = normalizeCodePoint(codePoint);
      if (normalized === undefined) return normalizeInOrder(text, options);
      builder.append(normalized, start, end);
      start = end;
    }
    return builder.finish();
  }
  return { normalize, normalizeCodePoint, normalizeAmong, isUniform: (start) => isFinished(start) && isUniform(start) };
}

/**
 * Tells of a code point whether it has nothing to decompose, strip or lower-case, by blocks of 256, which are looked at as
 * they are met: what all of a block has is settled at the cost of a few single ones.
 */
function finishedBlocks(): (codePoint: number) => boolean {
  const blocks = new Uint8Array(0x1100); // 1 if finished, 2 if not
  return (codePoint) => {
    const block = codePoint >> 8;
    if (blocks[block] === 0) blocks[block] = isFinishedBlock(block << 8) ? 1 : 2;
    return blocks[block] === 1;
  };
}

function isFinishedBlock(start: number): boolean {
  if (isNonspacingMark(start, start + 256)) return false;
  let text = '';
  for (let i = 0; i < 256; i++) text += String.fromCodePoint(start + i);
  return text.normalize('NFD') === text && text.toLowerCase() === text && !/[\p{M}\p{Cs}]/u.test(text);
}

/** Whether nothing of a block is dropped or a space, and all is Chinese or nothing; every such run reaches the block's edge. */
function isUniform(start: number): boolean {
  const end = start + 256;
  if (isFormatCharacter(start, end) || isPunctuation(start, end) || isDropped(start)) return false;
  return isChinese(start) === isChinese(end - 1);
}

/** Whether it is there for certain, and nothing that it decomposes to trades places with a mark beside it. */
function isStarter(character: string, options: BertNormalizerOptions): boolean {
  if (/\p{Cs}/u.test(character)) return false; // stands for U+FFFD, which is dropped
  const prepared = prepare(character.codePointAt(0) as number, options);
  return prepared !== '' && ![...nfd(prepared)].some(isNonStarter);
}

/** The steps before decomposition: cleaning and spaces around Chinese characters. */
function prepare(codePoint: number, options: BertNormalizerOptions): string {
  if (options.cleanText) {
    if (isDropped(codePoint)) return '';
    if (isWhitespace(codePoint)) return ' ';
  }
  const character = String.fromCodePoint(codePoint);
  return options.handleChineseChars && isChinese(codePoint) ? ` ${character} ` : character;
}

/** The steps from decomposition on. */
function finish(text: string, options: BertNormalizerOptions): string {
  const stripped = options.stripAccents ? stripMarks(nfd(text)) : text;
  return options.lowercase ? lowercase(stripped) : stripped;
}

function stripMarks(decomposed: string): string {
  let kept = '';
  for (const character of decomposed) {
    if (!isNonspacingMark(character.codePointAt(0) as number)) kept += character;
  }
  return kept;
}

function lowercase(text: string): string {
  let lower = '';
  for (const character of text) lower += character.toLowerCase();
  return lower;
}

function keepsNonStarter(prepared: string, options: BertNormalizerOptions): boolean {
  if (!options.stripAccents) return false;
  for (const character of stripMarks(nfd(prepared))) {
    if (isNonStarter(character)) return true;
  }
  return false;
}

/** The rare text in which a combining character outlives the stripping: decomposed as a whole, so that order is right. */
function normalizeInOrder(text: string, options: BertNormalizerOptions): AlignedText {
  const prepared = new AlignedTextBuilder();
  let position = 0;
  for (const character of text) {
    const end = position + character.length;
    prepared.append(prepare(character.codePointAt(0) as number, options), position, end);
    position = end;
  }
  const finished = new AlignedTextBuilder();
  for (const { character, start, end } of decomposeInOrder(prepared.finish())) {
    const kept = stripMarks(character);
    finished.append(options.lowercase ? lowercase(kept) : kept, start, end);
  }
  return finished.finish();
}
