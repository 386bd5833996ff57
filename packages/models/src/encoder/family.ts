import type { Tensor } from '@tensorflow/tfjs-core';
import type { ConfigFormat } from '../checkpoint/config-format';
import type { ModelConfig } from '../checkpoint/model-config';
import type { Cache } from '../decoder/cache';
import type { EncoderHeads, FamilyHeads } from '../heads/head';
import type { Pass } from '../pass';
import type { ParameterSpecs } from '../specs';

/** An encoder or decoder without its head: names and shapes of its parameters, and its forward pass. */
export interface Encoder {
  /** Prefix of these tensors in a Hugging Face checkpoint with a head: `bert`, `roberta` (also for XLM-R) or `model` (Llama). */
  readonly prefix: string;
  /** Names and shapes of the parameters without the head. */
  readonly specs: (config: ModelConfig) => ParameterSpecs;
  /** Name of the norm after the last layer, if there is one. */
  readonly finalNorm?: string;
  /** Hidden states of a packed batch; for a decoder with a cache, of the new tokens. */
  readonly forward: (pass: Pass, cache?: Cache) => EncoderStates;
}

/** Hidden states of a batch. A program computes only those that its outputs need. */
export interface EncoderStates {
  /** After the embeddings and after each layer, each [tokens, hidden] with tokens = rows · length. */
  readonly states: readonly Tensor[];
  /** The last hidden states of the tokens that the head reads: [reads, hidden]. */
  readonly headStates: Tensor;
}

/** Definition of a family. */
export interface Family extends Encoder {
  /** Format of its `config.json`. */
  readonly format: ConfigFormat;
  /** Module names of its heads. */
  readonly heads: FamilyHeads;
}

/** A family with a head for every task of encoders. */
export interface EncoderFamily extends Family {
  /** Module names of its heads, and differences from other families. */
  readonly heads: EncoderHeads;
}
