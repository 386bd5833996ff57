import { characterClasses, LETTER, NEWLINE, NUMBER, OTHER, SPACE } from './character-classes';
import type { Matcher } from './matcher';

/** GPT-2's pattern, which the byte-level pre-tokenizer has of its own. */
export const GPT2_PATTERN = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;

/** The patterns of GPT-4 (cl100k) and Llama 3, by how many digits make a word; Qwen's has one. */
const withDigits = (contractions: string, digits: string) =>
  contractions +
  String.raw`|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;
const CONTRACTIONS = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";

/** A splitter written by hand for one of the known patterns: the same words at several times the speed (measured). */
export function knownPattern(pattern: string): Matcher | undefined {
  if (pattern === GPT2_PATTERN) return gpt2Words();
  if (pattern === withDigits(CONTRACTIONS, '{1,3}')) return tiktokenWords(3);
  if (pattern === withDigits(CONTRACTIONS, '')) return tiktokenWords(1);
  return undefined;
}

/** The words of GPT-2: contractions, letters, numbers and others, each with the space before it, and whitespace. */
export function gpt2Words(): Matcher {
  const classes = characterClasses();
  const { classAt, runEnd } = classes;
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const contraction = contractionEnd(text, start, false);
      let end = contraction;
      if (end === start) {
        const first = text.charCodeAt(start) === 32 && start + 1 < text.length ? start + 1 : start;
        const kind = classAt(text, first);
        end = kind === SPACE || kind === NEWLINE ? whitespaceEnd(classes, text, start) : runEnd(text, first, kind);
      }
      onMatch(start, end);
      start = end;
    }
  };
}

/** The words of GPT-4 and Llama 3: as GPT-2's, but letters take any one sign before them, and line breaks go with signs. */
function tiktokenWords(mostDigits: number): Matcher {
  const classes = characterClasses();
  return (text, onMatch) => {
    for (let start = 0; start < text.length; ) {
      const contraction = contractionEnd(text, start, true);
      const end = contraction > start ? contraction : tiktokenEnd(classes, text, start, mostDigits);
      onMatch(start, end);
      start = end;
    }
  };
}

type Classes = ReturnType<typeof characterClasses>;

function tiktokenEnd(classes: Classes, text: string, start: number, mostDigits: number): number {
  const { classAt, runEnd, next } = classes;
  const kind = classAt(text, start);
  if (kind === LETTER) return runEnd(text, start, LETTER);
  if (kind === NUMBER) return digitsEnd(classes, text, start, mostDigits);
  const second = next(text, start);
  const secondKind = second < text.length ? classAt(text, second) : -1;
  if (kind !== NEWLINE && secondKind === LETTER) return runEnd(text, second, LETTER);
  const spaced = text.charCodeAt(start) === 32 && secondKind === OTHER;
  if (kind !== OTHER && !spaced) return breaksEnd(classes, text, start);
  return newlinesEnd(text, runEnd(text, spaced ? second : start, OTHER));
}

function digitsEnd({ classAt, next }: Classes, text: string, start: number, most: number): number {
  let end = start;
  for (let i = 0; i < most && end < text.length && classAt(text, end) === NUMBER; i++) end = next(text, end);
  return end;
}

function newlinesEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && isNewline(text.charCodeAt(end))) end++;
  return end;
}

/** Whitespace up to its last line break, or else as GPT-2 has it. */
function breaksEnd(classes: Classes, text: string, start: number): number {
  const end = classes.spaceEnd(text, start);
  for (let i = end; i > start; i--) if (isNewline(text.charCodeAt(i - 1))) return i;
  return whitespaceEnd(classes, text, start);
}

/** Whitespace, less its last character where something follows (unless it is the only one). */
function whitespaceEnd({ spaceEnd }: Classes, text: string, start: number): number {
  const end = spaceEnd(text, start);
  return end < text.length && end > start + 1 ? end - 1 : end;
}

function isNewline(unit: number): boolean {
  return unit === 10 || unit === 13;
}

/** Where `'s 't 're 've 'm 'll 'd` ends, `start` where there is none. `ſ` is an s where case does not count. */
function contractionEnd(text: string, start: number, anyCase: boolean): number {
  if (text.charCodeAt(start) !== 39 || start + 1 >= text.length) return start;
  const fold = (unit: number) => (!anyCase ? unit : unit === 0x17f ? 115 : unit >= 65 && unit <= 90 ? unit + 32 : unit);
  const a = fold(text.charCodeAt(start + 1));
  if (a === 115 || a === 116 || a === 109 || a === 100) return start + 2;
  if (start + 2 >= text.length) return start;
  const b = fold(text.charCodeAt(start + 2));
  return ((a === 114 || a === 118) && b === 101) || (a === 108 && b === 108) ? start + 3 : start;
}
