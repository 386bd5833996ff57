import { isChinese, isDropped, isNonspacingMark, isWhitespace } from '../unicode/categories';
import { isNewerForm } from '../unicode/newer-forms';
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
}

/**
 * BERT's text cleaning: drop controls, split off Chinese characters, strip accents, lower-case; each step optional.
 *
 * Reference: `BertNormalizer` of Hugging Face tokenizers (`normalizers/bert.rs`).
 */
export function bertNormalizer(options: BertNormalizerOptions): BertNormalizer {
  const known = new Map<number, string | undefined>();

  function normalizeCodePoint(codePoint: number): string | undefined {
    if (known.has(codePoint)) return known.get(codePoint);
    const result = survivesAsNonStarter(codePoint, options) ? undefined : finish(prepare(codePoint, options), options);
    known.set(codePoint, result);
    return result;
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
  return { normalize, normalizeCodePoint };
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
  const stripped = options.stripAccents ? stripMarks(decompose(text)) : text;
  return options.lowercase ? lowercase(stripped) : stripped;
}

/** NFD of one character and spaces around it, by the reference's tables. */
function decompose(text: string): string {
  const [character = ''] = text.trim();
  return character !== '' && isNewerForm(character.codePointAt(0) as number) ? text : text.normalize('NFD');
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

function survivesAsNonStarter(codePoint: number, options: BertNormalizerOptions): boolean {
  if (!options.stripAccents) return false;
  for (const character of stripMarks(prepare(codePoint, options).normalize('NFD'))) {
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
