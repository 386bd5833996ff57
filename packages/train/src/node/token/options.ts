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
  /** The scheme of the tags; default IOB2. `none` for tags that stand for themselves, such as parts of speech. */
  readonly scheme?: TagScheme | 'none';
  /**
   * The names of all labels, in the order of their ids; default: the training part's tags, and those of other parts whose type it knows, or
   * where a `teacher` has all of the training part's and more, the teacher's.
   */
  readonly labelList?: readonly string[];
  /** Sentences without tags, of which the student learns what the `teacher` says; those without a word are dropped. Default none. */
  readonly unlabeled?: readonly Pick<TaggedWords, 'words' | 'joined'>[];
  /** What counts as an entity; default `strict`. */
  readonly mode?: EntityMode;
  /** How tags are chosen in evaluation and prediction; default `argmax`. */
  readonly decoding?: Decoding;
  /** Tokens that two windows onto a sentence longer than `maxLength` share; default a quarter of `maxLength`. */
  readonly stride?: number;
}

/** How a tagger reads sentences and writes tags; a run's config.json holds it. */
export interface TaggerSettings {
  /** The scheme of the labels, or `none` where each stands for itself. */
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
  /** What computes; default one opened for the tagger and closed with it. */
  readonly engine?: Engine;
  /** Most windows, each a row of tokens, per batch; default as many as are fast. */
  readonly batchSize?: number;
  /** `int8` has weights in 8 bits; default `fp32`. */
  readonly precision?: Precision;
  /** Threads of onnxruntime; default all of the machine's. */
  readonly threads?: number;
}
