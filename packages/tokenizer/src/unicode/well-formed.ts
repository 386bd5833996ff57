/** The engine's own test, where it has one: several times the speed of the expression (measured). */
const { isWellFormed } = String.prototype as { isWellFormed?: (this: string) => boolean };

/** The text with every lone surrogate replaced by U+FFFD, which is as long, so positions stay what they were. */
export function wellFormed(text: string): string {
  if (isWellFormed?.call(text)) return text;
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** How many UTF-16 units a code point takes. */
export function unitsOf(codePoint: number): 1 | 2 {
  return codePoint > 0xffff ? 2 : 1;
}
