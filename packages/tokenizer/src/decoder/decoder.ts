import type { Matcher } from '../pattern/matcher';

/**
 * Turns tokens back into text, one at a time.
 *
 * A token comes in parts; `ends` marks the last part (after `Fuse` the whole text is one token). A stage holds back
 * text that a later token may change, and passes the rest on at `end`.
 */
export interface DecoderStage {
  push(text: string, ends: boolean): void;
  end(): void;
}

/** Makes a stage that passes its results on to `next`. */
export type Decoder = (next: DecoderStage) => DecoderStage;

/** Applies decoders one after the other. */
export function decoderSequence(decoders: readonly Decoder[]): Decoder {
  return (next) => decoders.reduceRight((following, decoder) => decoder(following), next);
}

/** Makes a decoder of a function of single tokens. `index` counts the tokens from 0. */
export function eachToken(decode: (token: string, index: number) => string): Decoder {
  return (next) => {
    let index = 0;
    return wholeTokens(
      (token) => next.push(decode(token, index++), true),
      () => next.end(),
    );
  };
}

/** Makes a stage that collects the parts of each token and handles it whole. */
export function wholeTokens(onToken: (token: string) => void, onEnd: () => void): DecoderStage {
  let token = '';
  return {
    push(text, ends) {
      token += text;
      if (!ends) return;
      const whole = token;
      token = '';
      onToken(whole);
    },
    end: onEnd,
  };
}

/** Makes all tokens one: `Fuse`. */
export const fuseDecoder: Decoder = (next) => ({
  push: (text) => next.push(text, false),
  end() {
    next.push('', true);
    next.end();
  },
});

/** Replaces the matches of a pattern in each token: `Replace`. */
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

/** `replaceDecoder` for one character, which can be replaced before the rest of the token is there. */
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

/**
 * Strips a character from each token, up to `start` times from its beginning and `stop` times from its end: `Strip`.
 */
export function stripDecoder({ content, start, stop }: { content: string; start: number; stop: number }): Decoder {
  return (next) => {
    let leading = start; // how often it may still be stripped from the beginning of this token
    let trailing = ''; // text that may have to be stripped from its end
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
