import type { LossOptions, Tensors } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ModelConfig } from '../checkpoint/model-config';
import type { Pass } from '../pass';
import type { ParameterSpecs } from '../specs';

/** A head on an encoder: the shapes of its parameters, its logits and its loss. */
export interface Head {
  /** Inputs of the program that stand for those of the batch, such as other tokens to read; default none. */
  readonly reads?: (batch: Tensors) => Tensors;
  /** Shapes of the head's own parameters, float32, by the names they have in a checkpoint. */
  readonly specs: (config: ModelConfig) => ParameterSpecs;
  /** Logits [reads, outputs] from the last states of the tokens that the batch reads, [reads, hidden]. */
  readonly logits: (headStates: Tensor, inputs: HeadInputs) => Tensor;
  /** A scalar from the logits and the batch's `labels` and `weights`; `options` are those the model was made with. */
  readonly loss: (logits: Tensor, batch: Tensors, config: ModelConfig, options: LossOptions) => Tensor;
  /** Names a checkpoint may have for a tensor the model has under another: name in the file → name here. */
  readonly tied?: (config: ModelConfig) => Readonly<Record<string, string>>;
}

/** What a head computes its logits from, besides the last states of its tokens. */
export interface HeadInputs {
  /** Hidden states of every token after the embeddings and after each layer, each [tokens, hidden]. Not computed unless used. */
  readonly states: readonly Tensor[];
  /** The inputs of the program, such as `inputIds`, by name. */
  readonly batch: Tensors;
  /** The head's own and the encoder's, so that a head may share the word embeddings. */
  readonly parameters: Tensors;
  /** The configuration of the model. */
  readonly config: ModelConfig;
  /** Drops out of x [reads, channels] while training; a head that drops out twice numbers the second time 1. */
  readonly drop: (x: Tensor, rate: number, within?: number) => Tensor;
  /** Modules by name, over the tokens that the head reads. A module computed by it may be adapted or quantized. */
  readonly pass: Pass;
}

/** Inputs of a head, from a pass over the tokens that it reads. */
export function headInputs(pass: Pass, states: readonly Tensor[]): HeadInputs {
  const { batch, parameters, config } = pass;
  const drop: HeadInputs['drop'] = (x, rate, within = 0) => pass.dropout(x, { rate, site: { head: within } });
  return { states, batch, parameters, config, drop, pass };
}

/** What a family calls the modules of an encoder's heads, and where they differ from another family's. */
export interface EncoderHeads {
  /** Of the head that classifies whole texts. */
  readonly sequenceClassification: {
    /** The module between the first token's state and the classifier, and what follows it. */
    readonly pooler: string;
    /** The function after the pooler. */
    readonly activation: 'gelu' | 'relu' | 'tanh';
    /** The module that makes the logits. */
    readonly classifier: string;
    /** Whether the first token's state is dropped out before the pooler too; default false. */
    readonly dropsState?: boolean;
  };
  /** Of the head that classifies tokens. */
  readonly tokenClassification: {
    /** The rate of the dropout before the classifier. */
    readonly dropout: 'classifierDropout' | 'hiddenDropout';
  };
  /** Of the head that guesses masked tokens. */
  readonly maskedLanguageModel: {
    /** The linear module before the decoder, [hidden, hidden]. */
    readonly transform: string;
    /** The layer norm after the transform. */
    readonly norm: string;
    /** The linear module that computes logits, [vocab, hidden]. */
    readonly decoder: string;
    /** Where transformers keeps the bias while the decoder is tied. */
    readonly tiedBias: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}

/** What a family calls the modules of the heads it has. */
export interface FamilyHeads extends Partial<EncoderHeads> {
  /** Of a decoder's head that classifies whole texts, by the state of the last token; absent in a family of encoders. */
  readonly lastTokenClassification?: {
    /** The module that makes the logits, without a bias. */
    readonly classifier: string;
  };
  /** Of the head that predicts the next token; absent in a family of encoders. */
  readonly causalLanguageModel?: {
    /** The linear module that computes logits, [vocab, hidden]. */
    readonly decoder: string;
    /** The table of word embeddings, which a tied decoder shares. */
    readonly words: string;
  };
}
