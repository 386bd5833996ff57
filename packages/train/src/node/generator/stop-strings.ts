import { AttuneError } from '@attune/engine';

/** Text on its way out, up to where a stop string begins. */
export interface StopStrings {
  /** What of the text so far can no longer be the beginning of a stop string; nothing after one is complete. */
  push(text: string): string;
  /** What was held back. */
  end(): string;
  readonly isComplete: boolean;
}

/**
 * Ends a text at the stop string that is complete first; of those complete at the same place, the longest.
 *
 * What comes out, joined, does not depend on where the text was cut into pieces.
 *
 * @throws AttuneError ARGUMENT_INVALID for an empty stop string
 * @example
 * const out = stopStrings(['###']);
 * [out.push('a #'), out.push('# b ##'), out.push('# c')]; // [ 'a ', '## b ', '' ]
 */
export function stopStrings(stops: readonly string[]): StopStrings {
  if (stops.some((stop) => stop === ''))
    throw new AttuneError('ARGUMENT_INVALID', 'stopStrings: expected text, got an empty string; leave it out');
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

/** Where the stop string begins that ends first. */
function firstComplete(text: string, stops: readonly string[]): number | undefined {
  const found = stops.map((stop) => ({ start: text.indexOf(stop), stop })).filter(({ start }) => start >= 0);
  const places = found.map(({ start, stop }) => ({ start, end: start + stop.length }));
  return places.sort((a, b) => a.end - b.end || a.start - b.start)[0]?.start;
}

/** The length of the longest end of the text that a stop string begins with. */
function beginningAtEnd(text: string, stops: readonly string[]): number {
  const lengths = stops.map((stop) => {
    let length = Math.min(stop.length - 1, text.length);
    while (!text.endsWith(stop.slice(0, length))) length--;
    return length;
  });
  return Math.max(0, ...lengths);
}
