// The text of generated tokens, piece by piece, up to a stop string.
import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';

/** Turns the tokens after a prompt into text. */
interface TokenDecoder {
  /** Adds a token; true where it completes a stop string. */
  add(id: number): boolean;
  /** The text that has become certain since the last call. */
  take(): string;
  /** The rest of the text. */
  end(): string;
}

/**
 * Decodes with the prompt before it, because the text of a token can depend on the token before it: a first word has no space
 * before it.
 */
export function tokenDecoder(
  tokenizer: Tokenizer,
  { prompt, stops }: { prompt: ArrayLike<number>; stops: readonly string[] },
): TokenDecoder {
  const decoder = tokenizer.decodeStream({ skipSpecialTokens: true });
  const stop = stopStrings(stops);
  let ofPrompt = tokenizer.decode(prompt, { skipSpecialTokens: true }).length;
  let ready = '';
  const add = (text: string) => {
    const own = text.slice(ofPrompt);
    ofPrompt = Math.max(0, ofPrompt - text.length);
    ready += stop.push(own);
    return stop.isComplete;
  };
  const take = () => {
    const text = ready;
    ready = '';
    return text;
  };
  for (const id of Array.from(prompt)) add(decoder.push(id));
  return {
    add: (id) => add(decoder.push(id)),
    take,
    end() {
      add(decoder.end());
      return take() + stop.end();
    },
  };
}

/** Text on its way out, up to where a stop string begins. */
interface StopStrings {
  /** Adds text; returns the part that cannot begin a stop string, and nothing once one is complete. */
  push(text: string): string;
  /** The text that was held back. */
  end(): string;
  readonly isComplete: boolean;
}

/**
 * Ends a text at the stop string that is complete first, the longest of several at one place.
 *
 * The joined output does not depend on the cuts between pieces.
 *
 * @throws AttuneError ARGUMENT_INVALID for an empty stop string
 * @example
 * const out = stopStrings(['###']);
 * [out.push('a #'), out.push('# b ##'), out.push('# c')]; // [ 'a ', '## b ', '' ]
 */
export function stopStrings(stops: readonly string[]): StopStrings {
  if (stops.some((stop) => stop === ''))
    throw new AttuneError('ARGUMENT_INVALID', 'stopStrings: expected text, got an empty string; remove it');
  let held = '';
  let isComplete = false;
  const release = (length: number) => {
    const out = held.slice(0, length);
    held = held.slice(length);
    return out;
  };
  return {
    push(text) {
      if (isComplete) return '';
      held += text;
      const start = firstComplete(held, stops);
      if (start === undefined) return release(held.length - beginningAtEnd(held, stops));
      isComplete = true;
      const out = release(start);
      held = '';
      return out;
    },
    end: () => release(held.length),
    get isComplete() {
      return isComplete;
    },
  };
}

/** The start of the stop string that ends first. */
function firstComplete(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => ({ start: text.indexOf(stop), stop })).filter(({ start }) => start >= 0);
  const places = found.map(({ start, stop }) => ({ start, end: start + stop.length }));
  return places.sort((a, b) => a.end - b.end || a.start - b.start)[0]?.start;
}

/** The length of the longest end of the text that begins a stop string. */
function beginningAtEnd(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    let length = Math.min(stop.length - 1, text.length);
    while (!text.endsWith(stop.slice(0, length))) length--;
    return length;
  });
  return Math.max(0, ...lengths);
}
