import { isWhitespace } from '../unicode/categories';
import { unitsOf } from '../unicode/code-points';

/** Piece of a template: the ids of a special token, or a text (0 is the first, 1 the second). */
export type TemplatePiece =
  | { readonly ids: readonly number[]; readonly typeId: number }
  | { readonly sequence: 0 | 1; readonly typeId: number };

/** Completes the tokens of a text or a pair: adds special tokens, and trims offsets. */
export interface PostProcessor {
  /** Template of one text. */
  readonly single: readonly TemplatePiece[];
  /** Template of a pair. */
  readonly pair: readonly TemplatePiece[];
  /** Numbering of the parts of a pair that truncation removes; default that of the kept parts. */
  readonly overflow?: OverflowNumbers;
  /** Rules that remove spaces at the ends of tokens from their offsets, applied in order. */
  readonly trim?: readonly TrimRule[];
}

/**
 * How the reference numbers parts removed by truncation. A template gives its type ids only to the kept parts: the others
 * have the number of their text (`by text`). Without a post-processor, sequence ids are also assigned only to kept parts
 * (`by place`): a part with overflow of the first text has sequence id 0 throughout, overflow of the second has no sequence id.
 */
export type OverflowNumbers = 'by text' | 'by place';

/** Adds no special tokens; type ids are 0 and 1: `"post_processor": null`. */
export const noSpecialTokens: PostProcessor = {
  single: [{ sequence: 0, typeId: 0 }],
  pair: [
    { sequence: 0, typeId: 0 },
    { sequence: 1, typeId: 1 },
  ],
};

/** `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, the second text and its `[SEP]` of type 1 (`BertProcessing`). */
export function bertTemplate({ clsId, sepId }: { clsId: number; sepId: number }): PostProcessor {
  const cls = { ids: [clsId], typeId: 0 };
  const first: TemplatePiece[] = [cls, { sequence: 0, typeId: 0 }, { ids: [sepId], typeId: 0 }];
  return { single: first, pair: [...first, { sequence: 1, typeId: 1 }, { ids: [sepId], typeId: 1 }] };
}

/** `<s> A </s>` and `<s> A </s></s> B </s>`, all of type 0 (`RobertaProcessing`). */
export function robertaTemplate({ clsId, sepId }: { clsId: number; sepId: number }): PostProcessor {
  const special = (id: number): TemplatePiece => ({ ids: [id], typeId: 0 });
  const single: TemplatePiece[] = [special(clsId), { sequence: 0, typeId: 0 }, special(sepId)];
  return { single, pair: [...single, special(sepId), { sequence: 1, typeId: 0 }, special(sepId)] };
}

/** Template of one text or a pair; without special tokens only its texts remain. */
export function templateFor(
  processor: PostProcessor,
  { pair, addSpecialTokens }: { pair: boolean; addSpecialTokens: boolean },
): readonly TemplatePiece[] {
  const template = pair ? processor.pair : processor.single;
  return addSpecialTokens ? template : template.filter((piece) => 'sequence' in piece);
}

/** Number of special tokens that a template adds. */
export function addedCount(template: readonly TemplatePiece[]): number {
  return template.reduce((count, piece) => count + ('ids' in piece ? piece.ids.length : 0), 0);
}

/** Options of removing spaces from offsets. */
export interface TrimRule {
  /** Whether the pre-tokenizer may have added the space before the first token, which is then kept. */
  readonly addPrefixSpace: boolean;
}

/**
 * Entries per token in a list of spaces: the number of leading spaces, and the UTF-16 units of leading and
 * trailing ones.
 */
export const spaceColumns = 3;

/**
 * Removes the spaces at both ends of tokens from their offsets, in place. `spaces` are those of
 * `measureSpaces`; `fromFirst` tells whether the first token is the first of its text.
 *
 * Reference: `process_offsets` of Hugging Face tokenizers (`pre_tokenizers/byte_level.rs`).
 */
export function trimOffsets(
  offsets: Int32Array,
  spaces: readonly number[],
  { addPrefixSpace }: TrimRule,
  fromFirst = true,
): void {
  for (let i = 0, j = 0; i < offsets.length; i += 2, j += spaceColumns) {
    const isFirst = (fromFirst && i === 0) || offsets[i] === 0;
    const leading = isFirst && addPrefixSpace && spaces[j] === 1 ? 0 : spaces[j + 1];
    offsets[i] = Math.min(offsets[i] + leading, offsets[i + 1]);
    offsets[i + 1] = Math.max(offsets[i + 1] - spaces[j + 2], offsets[i]);
  }
}

/**
 * Measures the leading and trailing spaces of a token, given their number `[leading, trailing]`, at `[start, end)` of a
 * text.
 *
 * The same number of code points of the text count as spaces, whatever they are: a space that was put before the text represents
 * its first character.
 */
export function measureSpaces(
  [leading, trailing]: readonly [number, number],
  { text, start, end }: { text: string; start: number; end: number },
): [number, number, number] {
  let from = start;
  for (let i = 0; i < leading && from < text.length; i++) from += unitsOf(text.codePointAt(from) as number);
  let to = end;
  for (let i = 0; i < trailing; i++) {
    if (to <= 0) return [leading, from - start, 0]; // the text has fewer: the reference then takes none
    to -= isLowSurrogate(text.charCodeAt(to - 1)) ? 2 : 1;
  }
  return [leading, from - start, end - to];
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

/** Counts the spaces at both ends of a token: whitespace, and `Ġ`, which represents a space. */
function countSpaces(token: string): [number, number] {
  const characters = [...token];
  const others = characters.map((character) => !isSpace(character));
  const first = others.indexOf(true);
  if (first < 0) return [characters.length, characters.length];
  return [first, characters.length - 1 - others.lastIndexOf(true)];
}

function isSpace(character: string): boolean {
  return character === 'Ġ' || isWhitespace(character.codePointAt(0) as number);
}

/**
 * Makes a function that counts the leading and trailing spaces of a token, by its text or its id. Counts by id are
 * cached.
 */
export function spaceCounter(tokenOf: (id: number) => string | undefined) {
  const known: (readonly [number, number] | undefined)[] = [];
  return (token: string | number): readonly [number, number] => {
    if (typeof token === 'string') return countSpaces(token);
    const seen = known[token];
    if (seen !== undefined) return seen;
    const counted = countSpaces(tokenOf(token) ?? '');
    known[token] = counted;
    return counted;
  };
}
