import type { AlignedText } from './aligned-text';

/** Rewrites a text (lower-cases, strips accents, …), remembering where each part of the result came from. */
export interface Normalizer {
  /** `text` has no lone surrogates. */
  normalize(text: string): AlignedText;
  /** The text alone, where that is faster. */
  plain?: ((text: string) => string) | undefined;
  /** How many units are set before a text that is not empty, where nothing else is moved. */
  prefixLength?: number | undefined;
}
