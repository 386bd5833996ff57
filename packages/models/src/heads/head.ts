import type { LossOptions, Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import type { ParameterSpecs } from '../specs';

/** A head on an encoder: the shapes of its parameters, its logits and its loss. */
export interface Head {
  /** Inputs of the program that replace those of the batch, such as other tokens to read; default none. */
  readonly reads?: (batch: Tensors) => Tensors;
  /** Shapes of the head's own parameters, float32, by their names in a checkpoint. */
  readonly specs: (config: ModelConfig) => ParameterSpecs;
  /** Logits [reads, outputs] from the last hidden states of the tokens that the head reads, [reads, hidden]. */
  readonly logits: (headStates: Tensor, inputs: HeadInputs) => Tensor;
  /** Scalar loss from the logits and the batch's `labels` and `weights`; `options` are those of the model. */
  readonly loss: (logits: Tensor, batch: Tensors, config: ModelConfig, options: LossOptions) => Tensor;
  /** Alternative names of a checkpoint's tensors: name in the file → name in the model. */
  readonly tied?: (config: ModelConfig) => Readonly<Record<string, string>>;
}

/** Inputs of a head in addition to the last hidden states of its tokens. */
export interface HeadInputs {
  /** Hidden states of every token after the embeddings and after each layer, each [tokens, hidden]. Computed only if used. */
  readonly states: readonly Tensor[];
  /** The inputs of the program, such as `inputIds`, by name. */
  readonly batch: Tensors;
  /** Parameters of the head and the encoder, so that a head may share the word embeddings. */
  readonly parameters: Tensors;
  /** The configuration of the model. */
  readonly config: ModelConfig;
  /** Applies dropout to x [reads, channels] in training. Pass `within` 1 for the second dropout of a head. */
  readonly drop: (x: Tensor, rate: number, within?: number) => Tensor;
  /** Computes a module by name, over the tokens that the head reads. Modules computed this way can be adapted or quantized. */
  readonly pass: Pass;
}

/** Inputs of a head from a pass over the tokens that it reads. */
export function headInputs(pass: Pass, states: readonly Tensor[]): HeadInputs {
  const { batch, parameters, config } = pass;
  const drop: HeadInputs['drop'] = (x, rate, within = 0) => pass.dropout(x, { rate, site: { head: within } });
  return { states, batch, parameters, config, drop, pass };
}

/** Module names of an encoder's heads, and differences from other families. */
export interface EncoderHeads {
  /** The head that classifies texts. */
  readonly sequenceClassification: {
    /** The module between the first token's state and the classifier, and what follows it. */
    readonly pooler: string;
    /** The function after the pooler. */
    readonly activation: 'gelu' | 'relu' | 'tanh';
    /** The module that makes the logits. */
    readonly classifier: string;
    /** Whether dropout is also applied to the first token's state before the pooler; default false. */
    readonly dropsState?: boolean;
  };
  /** The head that classifies tokens. */
  readonly tokenClassification: {
    /** The rate of the dropout before the classifier. */
    readonly dropout: 'classifierDropout' | 'hiddenDropout';
  };
  /** The head that predicts masked tokens. */
  readonly maskedLanguageModel: {
    /** The linear module before the decoder, [hidden, hidden]. */
    readonly transform: string;
    /** The layer norm after the transform. */
    readonly norm: string;
    /** The linear module that computes logits, [vocab, hidden]. */
    readonly decoder: string;
    /** Name under which transformers stores the bias if the decoder is tied. */
    readonly tiedBias: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}

/** Module names of a family's heads. */
export interface FamilyHeads extends Partial<EncoderHeads> {
  /** The head of a decoder that classifies texts by the state of the last token; absent in encoders. */
  readonly lastTokenClassification?: {
    /** The module that computes the logits, without a bias. */
    readonly classifier: string;
  };
  /** The head that predicts the next token; absent in encoders. */
  readonly causalLanguageModel?: {
    /** The linear module that computes logits, [vocab, hidden]. */
    readonly decoder: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}
