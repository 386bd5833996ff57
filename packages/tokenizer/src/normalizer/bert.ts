import {
  isChinese,
  isDropped,
  isFormatCharacter,
  isNonspacingMark,
  isPunctuation,
  isWhitespace,
} from '../unicode/categories';
import { unitsOf } from '../unicode/code-points';
import { isNonStarter, nfd } from '../unicode/normalization';
import { type AlignedText, AlignedTextBuilder } from './aligned-text';
import type { Normalizer } from './normalizer';

export interface BertNormalizerOptions {
  /** Drop control characters; make every whitespace character a space. */
  readonly cleanText: boolean;
  /** Put spaces around Chinese characters. */
  readonly handleChineseChars: boolean;
  /** Decompose (NFD) and drop non-spacing marks: `é` becomes `e`. */
  readonly stripAccents: boolean;
  /** Lower-case letter by letter; there is no final-sigma rule. */
  readonly lowercase: boolean;
}

/** BERT's normalizer. Except for the order of combining characters that survive, it works code point by code point. */
export interface BertNormalizer extends Normalizer {
  normalize(text: string): AlignedText;
  /**
   * Result for one code point: the empty string if it is dropped, `undefined` if the result depends on its neighbors,
   * because a combining character survives the stripping and NFD may move it past others.
   */
  normalizeCodePoint(codePoint: number): string | undefined;
  /** Whether the 256 code points from `start` are all left as they are, or are all Chinese characters. */
  isUniform(start: number): boolean;
  /** Result for the code point at `position` if its neighbors leave it in its place, otherwise `undefined`. */
  normalizeAmong(text: string, position: number): string | undefined;
}

/** Most code points beyond the tables whose result is remembered before all are forgotten: 1 MB. */
const maxRemembered = 1 << 14;

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
    if (known.size === maxRemembered) known.clear();
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
    const builder = new AlignedTextBuilder(text.length);
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
 * Makes a test of whether a code point has nothing to decompose, strip or lower-case. Blocks of 256 code points are
 * examined as they are met; a whole block costs as much as a few single code points.
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

/**
 * Whether a block has no dropped, space or punctuation characters and is Chinese throughout or not at all. It is enough
 * to look at its ends, because every run of such characters in the tables reaches the edge of a block.
 */
function isUniform(start: number): boolean {
  const end = start + 256;
  if (isFormatCharacter(start, end) || isPunctuation(start, end) || isDropped(start)) return false;
  return isChinese(start) === isChinese(end - 1);
}

/** Whether a character is certainly kept, and nothing in its decomposition trades places with an adjacent mark. */
function isStarter(character: string, options: BertNormalizerOptions): boolean {
  if (/\p{Cs}/u.test(character)) return false; // stands for U+FFFD, which is dropped
  const prepared = prepare(character.codePointAt(0) as number, options);
  return prepared !== '' && ![...nfd(prepared)].some(isNonStarter);
}

/** Steps before decomposition: cleaning, and spaces around Chinese characters. */
function prepare(codePoint: number, options: BertNormalizerOptions): string {
  if (options.cleanText) {
    if (isDropped(codePoint)) return '';
    if (isWhitespace(codePoint)) return ' ';
  }
  const character = String.fromCodePoint(codePoint);
  return options.handleChineseChars && isChinese(codePoint) ? ` ${character} ` : character;
}

/** Steps from decomposition on. */
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

/**
 * Normalizes the rare text in which a combining character survives the stripping: decomposed as a whole, for the right
 * order.
 */
function normalizeInOrder(text: string, options: BertNormalizerOptions): AlignedText {
  const prepared = new AlignedTextBuilder(text.length);
  let position = 0;
  for (const character of text) {
    const end = position + character.length;
    prepared.append(prepare(character.codePointAt(0) as number, options), position, end);
    position = end;
  }
  const finished = new AlignedTextBuilder(text.length);
  for (const { character, start, end } of decomposeInOrder(prepared.finish())) {
    const kept = stripMarks(character);
    finished.append(options.lowercase ? lowercase(kept) : kept, start, end);
  }
  return finished.finish();
}

/** A character and the units `[start, end)` of the original it stands for. */
interface AlignedCharacter {
  readonly character: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Decomposes a whole text (NFD), with alignment.
 *
 * The reference keeps its place in the source by counting: a character that begins a decomposition advances by one, the
 * others stay. When marks trade places, the count continues as if they had not, so a moved mark is aligned with the place
 * it took. Offsets agree with the reference only if this is repeated (`NormalizedString::nfd`).
 */
export function decomposeInOrder(source: AlignedText): AlignedCharacter[] {
  const sources = charactersOf(source);
  const begins = beginsOfDecomposition(sources);
  const result: AlignedCharacter[] = [];
  let place = -1;
  for (const character of nfd(sources.map((each) => each.character).join(''))) {
    const queue = begins.get(character);
    if (queue?.flags[queue.next++]) place++;
    const { start, end } = place < 0 ? { start: 0, end: 0 } : sources[place];
    result.push({ character, start, end });
  }
  return result;
}

function charactersOf(source: AlignedText): AlignedCharacter[] {
  const characters: AlignedCharacter[] = [];
  let unit = 0;
  for (const character of source.text) {
    characters.push({ character, start: source.starts[unit], end: source.ends[unit] });
    unit += character.length;
  }
  return characters;
}

/**
 * Tells for each decomposed character whether its 1st, 2nd, … occurrence begins a decomposition.
 *
 * NFD never swaps equal characters, so the k-th occurrence before reordering is the k-th after it.
 */
function beginsOfDecomposition(sources: AlignedCharacter[]): Map<string, { flags: boolean[]; next: number }> {
  const begins = new Map<string, { flags: boolean[]; next: number }>();
  for (const { character } of sources) {
    let first = true;
    for (const part of nfd(character)) {
      const queue = begins.get(part) ?? { flags: [], next: 0 };
      queue.flags.push(first);
      begins.set(part, queue);
      first = false;
    }
  }
  return begins;
}
