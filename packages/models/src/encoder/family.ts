import type { Specs, Tensors } from '@attune/engine';
import type { ModelConfig } from '../checkpoint/config';
import type { ConfigFormat } from '../checkpoint/config-fields';
import type { FamilyHeads } from '../heads/family-heads';
import type { EncoderStates, ForwardOptions } from './states';

/** What an encoder computes: its parameters' names and shapes, and its forward pass. */
export interface Encoder {
  /** What Hugging Face puts before the encoder's tensors in a checkpoint with a head: `bert` or `distilbert`. */
  readonly prefix: string;
  readonly specs: (config: ModelConfig) => Specs;
  /** Hidden states of a packed batch. */
  readonly forward: (batch: Tensors, parameters: Tensors, options: ForwardOptions) => EncoderStates;
}

/** Everything that is a family's own: one folder makes it, and nothing else knows of it but the two lists it is in. */
export interface EncoderFamily extends Encoder {
  /** Its `config.json`. */
  readonly format: ConfigFormat;
  readonly heads: FamilyHeads;
}
