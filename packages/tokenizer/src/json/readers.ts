import type { AddedToken } from '../added-tokens';
import type { BatchEncoder } from '../batch/batch-encoder';
import type { Decoder } from '../decoder/decoder';
import type { PostProcessor } from '../post-processor/template';
import type { PreTokenizer } from '../pre-tokenizer/pre-tokenizer';
import type { Pipeline } from '../sequence';
import type { ReadNormalizer } from './read-bert';
import type { ModelNeeds, ReadModel } from './read-wordpiece';

/** A pre-tokenizer, and what it asks of the others. */
export interface ReadPreTokenizer extends ModelNeeds {
  preTokenizer: PreTokenizer;
  /** Whether words depend on where they are in the text. */
  needsPlaces: boolean;
}

/** How each stage of a `tokenizer.json` is read. */
export interface Readers {
  normalizer(value: unknown): ReadNormalizer;
  preTokenizer(value: unknown): ReadPreTokenizer;
  model(value: unknown, needs: ModelNeeds): ReadModel;
  postProcessor(value: unknown): PostProcessor;
  decoder(value: unknown): Decoder;
  /** What encodes batches; where there is nothing they are encoded text by text. */
  batchEncoder(stages: BatchStages): Pick<BatchEncoder, 'encode'> | undefined;
}

/** What has been read, for a batch encoder to see whether it is all known to it. */
export interface BatchStages {
  pipeline: Pipeline;
  normalization: ReadNormalizer;
  addedTokens: readonly AddedToken[];
  maxInputCharsPerWord: number | undefined;
  needsPlaces: boolean;
}
