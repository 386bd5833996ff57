import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';
import { remade } from './tokenizer-for-words';

// Checks that the parts of a model directory belong together: its config.json, its weights and its tokenizer.

interface Sized {
  /** Rows of the table of word embeddings. */
  readonly vocabSize: number;
}

export interface FittedTokenizerOptions {
  /** Configuration of the model that uses it. */
  readonly model: Sized;
  /** Receives a note on removed tokens; default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * The tokenizer of a model, without added tokens that have no embedding: the model never learned them, so that no text should contain
 * them. The usual case is a padding token that was added afterwards.
 *
 * @throws AttuneError CHECKPOINT_VOCABULARY for a tokenizer with other ids beyond the embedding
 */
export function fittedTokenizer(
  source: string,
  tokenizer: Tokenizer,
  { model: { vocabSize }, onNote = () => {} }: FittedTokenizerOptions,
): Tokenizer {
  if (tokenizer.vocabSize <= vocabSize) return tokenizer;
  const surplus = tokensPast(tokenizer, vocabSize);
  const shown = surplus.slice(0, 5).map((token) => JSON.stringify(token));
  const names = `${shown.join(', ')}${surplus.length > shown.length ? ` and ${surplus.length - shown.length} more` : ''}`;
  const fitted = withoutAdded(tokenizer, new Set(surplus));
  if (!fitted || fitted.vocabSize > vocabSize)
    throw new AttuneError(
      'CHECKPOINT_VOCABULARY',
      `${source}: the tokenizer has ${tokenizer.vocabSize} entries, the model's embedding ${vocabSize}; the two do not belong together: there is no row for ${names}`,
    );
  onNote(
    `${source}: the model's embedding of ${vocabSize} rows does not cover the tokenizer's ${names}: removed from the tokenizer`,
  );
  return fitted;
}

function tokensPast(tokenizer: Tokenizer, vocabSize: number): string[] {
  const ids = Array.from({ length: tokenizer.vocabSize - vocabSize }, (_, i) => vocabSize + i);
  return ids.flatMap((id) => tokenizer.idToToken(id) ?? []);
}

/** The tokenizer without some of its added tokens; undefined where it adds one of them to every text. */
function withoutAdded(tokenizer: Tokenizer, surplus: ReadonlySet<string>): Tokenizer | undefined {
  const { added_tokens = [], padding, ...json } = tokenizer.toJson();
  const processor = JSON.stringify(json.post_processor ?? null);
  if ([...surplus].some((token) => processor.includes(JSON.stringify(token)))) return undefined;
  const kept = { ...json, added_tokens: added_tokens.filter(({ content }) => !surplus.has(content)) };
  return remade(tokenizer, padding && !surplus.has(padding.pad_token) ? { ...kept, padding } : kept);
}

interface Layered {
  /** The loaded model. */
  readonly model: {
    /** Its configuration. */
    readonly config: {
      /** Number of layers in config.json. */
      readonly layers: number;
    };
  };
  /** Number of layers of the weights beyond those in config.json. */
  readonly unusedLayers: number;
}

/** Numbers of layers in config.json and in the weights; undefined where they are equal. */
export function unusedLayersOf({ model, unusedLayers }: Layered): string | undefined {
  const { layers } = model.config;
  return unusedLayers > 0
    ? `config.json counts ${layers} layers, the weights have ${layers + unusedLayers}`
    : undefined;
}

/**
 * Refuses a trained model that would lose layers which its training had.
 *
 * @throws AttuneError CHECKPOINT_SHAPE
 */
export function requireEveryLayer(source: string, loaded: Layered): void {
  const counts = unusedLayersOf(loaded);
  if (counts === undefined) return;
  throw new AttuneError(
    'CHECKPOINT_SHAPE',
    `${source}: ${counts}; correct the number in config.json, download the two files together, or train the model further with --model ${source}, which drops them`,
  );
}
