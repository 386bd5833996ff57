import type { Specs, Tensors } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import type { ConfigFormat } from '../checkpoint/config-fields';
import type { EncoderHeads, FamilyHeads } from '../heads/family-heads';
import type { EncoderStates, ForwardOptions } from './states';

/** What an encoder, or a decoder, computes below its head: its parameters' names and shapes, and its forward pass. */
export interface Encoder {
  /** What Hugging Face puts before these tensors in a checkpoint with a head: `bert`, `distilbert`, or `model` of a Llama. */
  readonly prefix: string;
  readonly specs: (config: ModelConfig) => Specs;
  /** The norm after the last layer, where there is one. */
  readonly finalNorm?: string;
  /** Hidden states of a packed batch. */
  readonly forward: (batch: Tensors, parameters: Tensors, options: ForwardOptions) => EncoderStates;
}

/** Everything that is a family's own: one folder makes it, and nothing else knows of it but the two lists it is in. */
export interface Family extends Encoder {
  /** Its `config.json`. */
  readonly format: ConfigFormat;
  /** The heads it has. */
  readonly heads: FamilyHeads;
}

/** A family with the heads of every task of encoders. */
export interface EncoderFamily extends Family {
  readonly heads: EncoderHeads;
}
