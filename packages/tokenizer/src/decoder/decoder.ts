/**
 * Turns tokens back into text, one at a time.
 *
 * A text comes in parts; `ends` says that a token is complete (after `Fuse` the whole text is one token). What a later token
 * may change is held back; `end` gives what is left.
 */
export interface DecoderStage {
  push(text: string, ends: boolean): void;
  end(): void;
}

/** Makes a stage that passes its results on to the next. */
export type Decoder = (next: DecoderStage) => DecoderStage;

/** One after the other. */
export function decoderSequence(decoders: readonly Decoder[]): Decoder {
  return (next) => decoders.reduceRight((following, decoder) => decoder(following), next);
}

/** A decoder that looks at whole tokens, one by one, with no memory of others. */
export function eachToken(decode: (token: string, index: number) => string): Decoder {
  return (next) => {
    let index = 0;
    return wholeTokens(
      (token) => next.push(decode(token, index++), true),
      () => next.end(),
    );
  };
}

/** A stage that collects the parts of a token before it looks at it. */
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
