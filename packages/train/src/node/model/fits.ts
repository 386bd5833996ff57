import { AttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';
import { remade } from './tokenizer-for-words';

// Whether the parts of a model directory belong together: its config.json, its weights and its tokenizer.

interface Sized {
  /** Rows of the table of word embeddings. */
  readonly vocabSize: number;
}

export interface FittedTokenizerOptions {
  /** The model that it goes with. */
  readonly model: Sized;
  /** Receives what is left out of the tokenizer; default none. */
  readonly onNote?: (note: string) => void;
}

/**
 * The tokenizer of a model, without added tokens that the model has no embedding for: it never learned them, so no text is to be read as
 * them. A padding token that was added afterwards is the usual one.
 *
 * @throws AttuneError CHECKPOINT_VOCABULARY for a tokenizer that gives other ids the model has no embedding for
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
    `${source}: the model's embedding of ${vocabSize} rows has none for the tokenizer's ${names}, which no text is read as`,
  );
  return fitted;
}

function tokensPast(tokenizer: Tokenizer, vocabSize: number): string[] {
  const ids = Array.from({ length: tokenizer.vocabSize - vocabSize }, (_, i) => vocabSize + i);
  return ids.flatMap((id) => tokenizer.idToToken(id) ?? []);
}

/** The tokenizer without some of its added tokens; undefined where it puts one of them into every text. */
function withoutAdded(tokenizer: Tokenizer, surplus: ReadonlySet<string>): Tokenizer | undefined {
  const { added_tokens = [], padding, ...json } = tokenizer.toJson();
  const processor = JSON.stringify(json.post_processor ?? null);
  if ([...surplus].some((token) => processor.includes(JSON.stringify(token)))) return undefined;
  const kept = { ...json, added_tokens: added_tokens.filter(({ content }) => !surplus.has(content)) };
  return remade(tokenizer, padding && !surplus.has(padding.pad_token) ? { ...kept, padding } : kept);
}

interface Layered {
  /** The model as it was loaded. */
  readonly model: {
    /** Its configuration. */
    readonly config: {
      /** Number of layers that it counts. */
      readonly layers: number;
    };
  };
  /** Layers of the weights past those that config.json counts. */
  readonly unusedLayers: number;
}

/** How many layers config.json counts and how many there are; undefined where they are the same. */
export function unusedLayersOf({ model, unusedLayers }: Layered): string | undefined {
  const { layers } = model.config;
  return unusedLayers > 0
    ? `config.json counts ${layers} layers, the weights have ${layers + unusedLayers}`
    : undefined;
}

/**
 * Refuses a trained model of which layers would be left out, as if it had been trained so.
 *
 * @throws AttuneError CHECKPOINT_SHAPE
 */
export function requireEveryLayer(source: string, loaded: Layered): void {
  const counts = unusedLayersOf(loaded);
  if (counts === undefined) return;
  throw new AttuneError(
    'CHECKPOINT_SHAPE',
    `${source}: ${counts}; correct the number in config.json, download the two files together, or train the model on with --model ${source}, which leaves them out`,
  );
}
