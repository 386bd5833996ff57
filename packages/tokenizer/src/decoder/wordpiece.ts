/** Joins tokens back into text. */
export type Decoder = (tokens: readonly string[]) => string;

/** Tokens with spaces between them: what `"decoder": null` means. */
export const joinWithSpaces: Decoder = (tokens) => tokens.join(' ');

/**
 * Joins WordPieces: a piece with the prefix continues the word before it, any other begins a new one after a space.
 *
 * With `cleanup` the spaces before punctuation and around English contractions go (`do n't .` becomes `don't.`).
 * Reference: `decoders/wordpiece.rs` of Hugging Face tokenizers, whose clean-up looks at one token at a time.
 */
export function wordPieceDecoder(options: { prefix: string; cleanup: boolean }): Decoder {
  const { prefix, cleanup } = options;
  return (tokens) => {
    let text = '';
    for (const [i, token] of tokens.entries()) {
      const part = i === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
      text += cleanup ? cleanUp(part) : part;
    }
    return text;
  };
}

const REPLACEMENTS = [
  [' .', '.'],
  [' ?', '?'],
  [' !', '!'],
  [' ,', ','],
  [" ' ", "'"],
  [" n't", "n't"],
  [" 'm", "'m"],
  [' do not', " don't"],
  [" 's", "'s"],
  [" 've", "'ve"],
  [" 're", "'re"],
] as const;

function cleanUp(text: string): string {
  if (!text.includes(' ')) return text;
  return REPLACEMENTS.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}
