import type { Matcher } from '../pattern/matcher';
import { type Decoder, eachToken, wholeTokens } from './decoder';

/** All tokens as one. */
export const fuseDecoder: Decoder = (next) => ({
  push: (text) => next.push(text, false),
  end() {
    next.push('', true);
    next.end();
  },
});

/** Every `▁` a space; those of the first token go, unless none was ever set before the text. */
export function metaspaceDecoder({ replacement, keepFirst }: { replacement: string; keepFirst: boolean }): Decoder {
  return eachToken((token, index) => token.replaceAll(replacement, index === 0 && !keepFirst ? '' : ' '));
}

/** The mark at the end of words becomes a space, and goes from the last. */
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

/** Replaces in each token what the pattern matches. */
export function replaceDecoder(matcher: Matcher, content: string): Decoder {
  return eachToken((token) => {
    let result = '';
    let last = 0;
    matcher(token, (start, end) => {
      result += token.slice(last, start) + content;
      last = end;
    });
    return result + token.slice(last);
  });
}

/** The same for one character, which no other has to be waited for. */
export function replaceCharacterDecoder(character: string, content: string): Decoder {
  return (next) => ({
    push: (text, ends) =>
      next.push(
        text.replaceAll(character, () => content),
        ends,
      ),
    end: () => next.end(),
  });
}

/** Up to `start` times `content`, a character, off the beginning of each token, and up to `stop` times off its end. */
export function stripDecoder({ content, start, stop }: { content: string; start: number; stop: number }): Decoder {
  return (next) => {
    let leading = start; // how many may still go from this token
    let trailing = ''; // what may have to go from its end
    return {
      push(text, ends) {
        let from = 0;
        while (leading > 0 && text.startsWith(content, from)) {
          from += content.length;
          leading--;
        }
        if (from < text.length) leading = 0;
        const all = trailing + text.slice(from);
        const end = stripEnd(all, content, stop);
        trailing = ends ? '' : all.slice(end);
        if (ends) leading = start;
        if (ends || end > 0) next.push(all.slice(0, end), ends);
      },
      end: () => next.end(),
    };
  };
}

function stripEnd(text: string, content: string, most: number): number {
  let end = text.length;
  for (let i = 0; i < most && text.slice(0, end).endsWith(content); i++) end -= content.length;
  return end;
}
