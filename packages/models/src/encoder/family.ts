import type { Tensor } from '@tensorflow/tfjs-core';
import type { ConfigFormat } from '../checkpoint/config-format';
import type { ModelConfig } from '../checkpoint/model-config';
import type { Cache } from '../decoder/cache';
import type { EncoderHeads, FamilyHeads } from '../heads/head';
import type { Pass } from '../pass';
import type { ParameterSpecs } from '../specs';

/** What an encoder, or a decoder, computes below its head: names and shapes of its parameters, and its forward pass. */
export interface Encoder {
  /** What Hugging Face puts before these tensors in a checkpoint with a head: `bert`, `roberta` of an XLM-R too, or `model` of a Llama. */
  readonly prefix: string;
  /** Names and shapes of the parameters below the head. */
  readonly specs: (config: ModelConfig) => ParameterSpecs;
  /** The norm after the last layer, where there is one. */
  readonly finalNorm?: string;
  /** Hidden states of a packed batch; of a decoder with a cache, of new tokens alone. */
  readonly forward: (pass: Pass, cache?: Cache) => EncoderStates;
}

/** Hidden states of a batch. A program computes those that its outputs need, and no more. */
export interface EncoderStates {
  /** After the embeddings and after each layer, each [tokens, hidden] with tokens = rows · length. */
  readonly states: readonly Tensor[];
  /** The last of them at the tokens that the head reads, computed for these alone: [reads, hidden]. */
  readonly headStates: Tensor;
}

/** Everything that is particular to a family. */
export interface Family extends Encoder {
  /** Its `config.json`. */
  readonly format: ConfigFormat;
  /** The heads it has. */
  readonly heads: FamilyHeads;
}

/** A family with the heads of every task of encoders. */
export interface EncoderFamily extends Family {
  /** What its heads' modules are called, and how they differ from another family's. */
  readonly heads: EncoderHeads;
}
