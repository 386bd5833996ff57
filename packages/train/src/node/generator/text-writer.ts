import type { Tokenizer } from '@attune/tokenizer';
import { stopStrings } from './stop-strings';

/** Turns the tokens after a prompt into text. */
export interface TextWriter {
  /** Adds a token; true where a stop string is complete with it. */
  add(id: number): boolean;
  /** The text that has become certain since the last time. */
  take(): string;
  /** The rest of it, and the end. */
  end(): string;
}

/**
 * Decodes with the prompt before it, because what a token's text is can depend on what it follows: a first word has no space
 * before it.
 */
export function textWriter(
  tokenizer: Tokenizer,
  { prompt, stops }: { prompt: ArrayLike<number>; stops: readonly string[] },
): TextWriter {
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
