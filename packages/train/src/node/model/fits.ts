import { AttuneError } from '@attune/internal';

// Whether the parts of a model directory belong together: its config.json, its weights and its tokenizer.

interface Sized {
  readonly vocabSize: number;
}

/** @throws AttuneError CHECKPOINT_VOCABULARY for a tokenizer that gives ids the model has no embedding for */
export function checkVocabulary(source: string, tokenizer: Sized, model: Sized): void {
  if (tokenizer.vocabSize <= model.vocabSize) return;
  throw new AttuneError(
    'CHECKPOINT_VOCABULARY',
    `${source}: the tokenizer has ${tokenizer.vocabSize} entries, the model's embedding ${model.vocabSize}; the two do not belong together`,
  );
}

interface Layered {
  readonly model: { readonly config: { readonly layers: number } };
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
