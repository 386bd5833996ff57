import { AttuneError } from '@attune/engine';

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
