/** Decoders that put the spaces between words back. */

import { type Decoder, eachToken, wholeTokens } from './decoder';

/** Puts a space between tokens: `"decoder": null`. */
export const joinWithSpaces: Decoder = /* @__PURE__ */ eachToken((token, index) => (index === 0 ? token : ` ${token}`));

/**
 * Joins WordPieces: a piece with the prefix continues the word before it, any other begins a new word after a space.
 *
 * `cleanup` drops the spaces before punctuation and around English contractions (`do n't .` becomes `don't.`), one
 * token at a time. Reference: `decoders/wordpiece.rs` of Hugging Face tokenizers.
 */
export function wordPieceDecoder(options: { prefix: string; cleanup: boolean }): Decoder {
  const { prefix, cleanup } = options;
  return eachToken((token, index) => {
    const part = index === 0 ? token : token.startsWith(prefix) ? token.slice(prefix.length) : ` ${token}`;
    return cleanup ? cleanUp(part) : part;
  });
}

/** Replaces `▁` by a space: `Metaspace`. Those of the first token are dropped, unless `keepFirst`. */
export function metaspaceDecoder({ replacement, keepFirst }: { replacement: string; keepFirst: boolean }): Decoder {
  return eachToken((token, index) => token.replaceAll(replacement, index === 0 && !keepFirst ? '' : ' '));
}

/** Replaces the mark at the end of words by a space, and drops it from the last token: `BPEDecoder`. */
export function bpeDecoder({ suffix }: { suffix: string }): Decoder {
  return (next) => {
    let last: string | undefined;
    const finish = (replacement: string) => {
      if (last !== undefined)
        next.push(
          last.replaceAll(suffix, () => replacement),
          true,
        );
    };
    return wholeTokens(
      (token) => {
        finish(' ');
        last = token;
      },
      () => {
        finish('');
        next.end();
      },
    );
  };
}

const cleanUps = [
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
  return cleanUps.reduce((cleaned, [from, to]) => cleaned.replaceAll(from, to), text);
}

/**
 * Cleans up a whole text, as `clean_up_tokenization_spaces` of transformers does: all of the clean-ups except `do not`.
 */
export function cleanUpSpaces(text: string): string {
  return cleanUps.reduce((cleaned, [from, to]) => (from === ' do not' ? cleaned : cleaned.replaceAll(from, to)), text);
}
