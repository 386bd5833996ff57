import { type Decoder, eachToken } from './decoder';

/** Tokens with spaces between them: what `"decoder": null` means. */
export const joinWithSpaces: Decoder = eachToken((token, index) => (index === 0 ? token : ` ${token}`));

/**
 * Joins WordPieces: a piece with the prefix continues the word before it, any other begins a new one after a space.
 *
 * With `cleanup` the spaces before punctuation and around English contractions go (`do n't .` becomes `don't.`).
 * Reference: `decoders/wordpiece.rs` of Hugging Face tokenizers, whose clean-up looks at one token at a time.
 */
export function wordPieceDecoder(options: { prefix: string; cleanup: boolean }): Decoder {
  const { prefix, cleanup } = options;
  return eachToken((token, index) => {
    const part = index === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return cleanup ? cleanUp(part) : part;
  });
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

/** What `transformers` calls `clean_up_tokenization_spaces`: the same over a whole text, but for `do not`. */
export function cleanUpSpaces(text: string): string {
  return REPLACEMENTS.reduce(
    (cleaned, [from, to]) => (from === ' do not' ? cleaned : cleaned.replaceAll(from, to)),
    text,
  );
}
