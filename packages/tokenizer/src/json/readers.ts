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
  /** What encodes batches for pipelines that are not BERT's; without it they are encoded text by text. */
  batchEncoder?(pipeline: Pipeline): Pick<BatchEncoder, 'encode'>;
}
