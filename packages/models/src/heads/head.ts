import type { LossOptions, Specs, Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/config';

/** What a head computes its logits from, besides the hidden states. */
export interface HeadInputs {
  /** Hidden states of every token after the embeddings and after each layer, each [tokens, hidden]. Not computed unless used. */
  readonly states: readonly Tensor[];
  readonly batch: Tensors;
  /** The head's own and the encoder's, so that a head may share the word embeddings. */
  readonly parameters: Tensors;
  readonly config: ModelConfig;
  /** Drops out of x [reads, channels] while training; a head that drops out twice numbers the second time 1. */
  readonly drop: (x: Tensor, rate: number, within?: number) => Tensor;
}

/** What stands on an encoder: the shapes of its parameters, its logits and its loss. */
export interface Head {
  /** Shapes of the head's own parameters, float32, by the names they have in a checkpoint. */
  readonly specs: (config: ModelConfig) => Specs;
  /** Logits [reads, outputs] from the last states of the tokens that the batch reads, [reads, hidden]. */
  readonly logits: (read: Tensor, inputs: HeadInputs) => Tensor;
  /** A scalar from the logits and the batch's `labels` and `weights`; `options` are those the model was made with. */
  readonly loss: (logits: Tensor, batch: Tensors, config: ModelConfig, options: LossOptions) => Tensor;
  /** Names a checkpoint may have for a tensor the model has under another: name in the file → name here. */
  readonly tied?: (config: ModelConfig) => Readonly<Record<string, string>>;
}
