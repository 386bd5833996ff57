import type { Engine, Precision } from '@attune/engine';
import type { EntityMode, TagScheme } from '@attune/metrics';
import type { TaggedWords } from '../../tasks/token/examples';
import type { Decoding } from '../../tasks/token/tags';
import type { DistillOptions } from '../distill/options';
import type { LoadTrainedOptions } from '../model/load';
import type { RunOptions } from '../run/options';
import type { TaggedParts } from './parts';

/** Options of `fitTokenClassifier`. */
export interface TokenFitOptions extends RunOptions, DistillOptions {
  /** Sentences of tagged words: a training part, and a validation or a test part. */
  readonly data: TaggedParts;
  /** The scheme of the tags; default IOB2. `none` for tags without entities, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /**
   * The names of all labels, in the order of their ids; default the training part's tags, and tags of other parts with a known type, or
   * the labels of a `teacher` that has all tags of the training part and more.
   */
  readonly labelList?: readonly string[];
  /** Sentences without tags, on which the student learns the outputs of the `teacher`; those without a word are dropped. Default none. */
  readonly unlabeled?: readonly Pick<TaggedWords, 'words' | 'joined'>[];
  /** How tags that break the scheme are read as entities; default `strict`. */
  readonly mode?: EntityMode;
  /** How tags are chosen in evaluation and prediction; default `argmax`. */
  readonly decoding?: Decoding;
  /** Tokens that two windows onto a sentence longer than `maxLength` share; default a quarter of `maxLength`. */
  readonly stride?: number;
}

/** How a tagger reads sentences and writes tags, as in a run's config.json. */
export interface TaggerSettings {
  /** The scheme of the labels, or `none`. */
  readonly scheme: TagScheme | 'none';
  /** How tags that break the scheme are read as entities. */
  readonly mode: EntityMode;
  /** How tags are chosen: each word's likeliest, or the likeliest that the scheme allows. */
  readonly decoding: Decoding;
  /** Tokens that two windows onto a long sentence share. */
  readonly stride: number;
  /** Most tokens per window. */
  readonly maxLength: number;
}

/** Options of `loadTagger`. */
export interface TaggerOptions
  extends Pick<LoadTrainedOptions, 'revision' | 'base' | 'onProgress' | 'onNote'>,
    Partial<TaggerSettings> {
  /** An open engine to compute with; default one opened for the tagger and closed with it. */
  readonly engine?: Engine;
  /** Most windows, each a row of tokens, per batch; default a fast number. */
  readonly batchSize?: number;
  /** `int8` uses 8 bits for weights; default `fp32`. */
  readonly precision?: Precision;
  /** Threads of onnxruntime; default all cores. */
  readonly threads?: number;
}
