import {
  type DropoutSource,
  dropout,
  embedding,
  layerNorm,
  linear,
  type ProgramFunction,
  rmsNorm,
  type Tensors,
} from '@attune/engine';
import * as tf from '@tensorflow/tfjs-core';
import type { ModelConfig } from './checkpoint/model-config';

/**
 * One forward pass: all operations of a family or a head on parameters, by module name.
 *
 * Families and heads use a pass and never read parameters directly, so that a feature is a wrapper around a pass: `withLora` adds to
 * `linear`, `quantized` computes it from codes, `withGradientCheckpointing` replaces `checkpoint`.
 */
export interface Pass {
  /** The configuration of the model. */
  readonly config: ModelConfig;
  /** The inputs of the program, such as `inputIds`, by name. */
  readonly batch: Tensors;
  /** The parameters, by the checkpoint's names. */
  readonly parameters: Tensors;
  /** x · weightᵀ + bias, if the module has a bias. `tensors` names parameters of other modules, such as those of a tied decoder. */
  readonly linear: (x: tf.Tensor, name: string, tensors?: LinearTensors) => tf.Tensor;
  /** Layer norm with the module's weight and bias, and the configuration's epsilon. */
  readonly norm: (x: tf.Tensor, name: string) => tf.Tensor;
  /** Root-mean-square norm with the module's weight plus `offset` (default 0), and the configuration's epsilon. */
  readonly rmsNorm: (x: tf.Tensor, name: string, options?: NormOptions) => tf.Tensor;
  /** Embedding lookup: [ids] → [ids, hidden]. */
  readonly embedding: (ids: tf.Tensor, name: string) => tf.Tensor;
  /** Dropout in training, when the batch has a seed. Its bits depend on the seed, the step, the site and the tokens' positions. */
  readonly dropout: (x: tf.Tensor, options: PassDropout) => tf.Tensor;
  /** Computes `layer(x)`. Wrappers decide what is kept for the backward pass. */
  readonly checkpoint: (layer: (x: tf.Tensor) => tf.Tensor, x: tf.Tensor, reads: LayerReads) => tf.Tensor;
  /** The same pass over other tokens. Without `at`, the pass covers all tokens of the batch. */
  readonly at: (positions: Positions) => Pass;
}

/** Options of a root-mean-square norm. */
export interface NormOptions {
  /** Offset added to the weight; default 0. */
  readonly offset?: number;
}

/** Full names of a linear module's parameters; default `name.weight` and `name.bias`. */
export interface LinearTensors {
  /** Parameter with the matrix [out, in]; default `name.weight`. */
  readonly weight?: string;
  /** Parameter with the bias [out]; default `name.bias`, if it exists. */
  readonly bias?: string;
}

/** Inputs of a layer besides its hidden states. */
export interface LayerReads {
  /** Names of its modules, as values. */
  readonly names: object;
  /** Tensors computed outside of the layer that need a gradient, such as a bias that layers share. */
  readonly shared?: Tensors;
}

/** Sequence and position of each token, from which random bits are derived. */
export interface Positions {
  /** The sequence of each token. */
  readonly sequenceIds: tf.Tensor;
  /** The position of each token within its sequence. */
  readonly positionIds: tf.Tensor;
}

export interface PassDropout {
  /** Dropout rate, in [0, 1). */
  readonly rate: number;
  /** Site in the model, from which the bits are derived. */
  readonly site: DropoutSite;
  /** `[rows · keys]`: the sequence of each key, for dropout of attention probabilities if keys are not the queries; default `sequenceIds`. */
  readonly keySequenceIds?: tf.Tensor;
}

/** Place of dropout in a model: after the embeddings, in a layer (from 0), in the head (first or second), in an adapter. */
export type DropoutSite =
  | 'embeddings'
  | {
      /** Index of the layer, from 0. */
      readonly layer: number;
      /** Part of the layer. */
      readonly part: (typeof layerParts)[number];
    }
  | {
      /** 0 for the first dropout of a head, 1 for the second. */
      readonly head: number;
    }
  | {
      /** Index of the adapted module, from 0. */
      readonly adapter: number;
    };

const layerParts = ['attention', 'attentionOutput', 'feedForward'] as const;

/** Number of a site, from which its random bits are derived. It must not change, so that saved runs resume with the same bits. */
function dropoutOp(site: DropoutSite, layers: number): number {
  if (site === 'embeddings') return 0;
  if ('layer' in site) return 1 + layerParts.length * site.layer + layerParts.indexOf(site.part);
  if ('head' in site) return 1 + layerParts.length * layers + site.head;
  return 1 + layerParts.length * (layers + 1) + site.adapter;
}

/** Opens the plain pass of a program over all tokens of a batch. */
export function openPass(config: ModelConfig, batch: Tensors, parameters: Tensors): Pass {
  const { sequenceIds, positionIds } = batch;
  return passAt({ sequenceIds, positionIds }, { config, batch, parameters });
}

function passAt(positions: Positions, inputs: Pick<Pass, 'config' | 'batch' | 'parameters'>): Pass {
  const { config, batch, parameters } = inputs;
  const source: DropoutSource | undefined = batch.seed && { seed: batch.seed, ...positions };
  return {
    ...inputs,
    linear: (x, name, { weight = `${name}.weight`, bias = `${name}.bias` } = {}) =>
      Object.hasOwn(parameters, bias)
        ? linear(x, parameters[weight], parameters[bias])
        : tf.matMul(x as tf.Tensor2D, parameters[weight] as tf.Tensor2D, false, true),
    norm: (x, name) => layerNorm(x, parameters[`${name}.weight`], parameters[`${name}.bias`], config.layerNormEps),
    rmsNorm: (x, name, { offset = 0 } = {}) => {
      const weight = parameters[`${name}.weight`];
      return rmsNorm(x, offset === 0 ? weight : tf.add(weight, offset), config.layerNormEps);
    },
    embedding: (ids, name) => embedding(parameters[`${name}.weight`], ids),
    dropout: (x, { rate, site, keySequenceIds }) =>
      dropout(x, source, { rate, op: dropoutOp(site, config.layers), keySequenceIds }),
    checkpoint: (layer, x) => layer(x),
    at: (others) => passAt(others, inputs),
  };
}

/** Positions of the tokens that the head reads. */
export const headPositions = ({ readSequenceIds, readPositionIds }: Tensors): Positions => ({
  sequenceIds: readSequenceIds,
  positionIds: readPositionIds,
});

/** Operations that a feature replaces, given the pass it wraps. */
export type PassWrapper = (inner: Pass) => Partial<Omit<Pass, 'at'>>;

function wrapped(inner: Pass, wrapper: PassWrapper): Pass {
  return { ...inner, ...wrapper(inner), at: (positions) => wrapped(inner.at(positions), wrapper) };
}

/** A computation on a pass, the function that opens the pass, and their composition. */
export interface Computation {
  /** Outputs of the encoder and its head. */
  readonly forward: (pass: Pass) => Tensors;
  /** Opens the pass with every feature that wraps it. */
  readonly openPass: (batch: Tensors, parameters: Tensors) => Pass;
  /** `forward` on an opened pass. One function per model, because compiled programs are cached by its identity. */
  readonly program: ProgramFunction;
}

/** `forward` on plain passes; `inputs` may replace inputs of the batch. */
export function computationOf(
  config: ModelConfig,
  forward: Computation['forward'],
  inputs: (batch: Tensors) => Tensors = () => ({}),
): Computation {
  const open: Computation['openPass'] = (batch, parameters) =>
    openPass(config, { ...batch, ...inputs(batch) }, parameters);
  return { forward, openPass: open, program: (batch, parameters) => forward(open(batch, parameters)) };
}

/**
 * The same computation with a feature added to every pass.
 *
 * @example
 * // A model with a custom computation of linear modules:
 * withPass(model, (inner) => ({ linear: (x, name, tensors) => tf.relu(inner.linear(x, name, tensors)) }));
 */
export function withPass<Own extends Computation>(own: Own, wrapper: PassWrapper): Own {
  const { forward } = own;
  const open: Computation['openPass'] = (batch, parameters) => wrapped(own.openPass(batch, parameters), wrapper);
  return { ...own, openPass: open, program: (batch, parameters) => forward(open(batch, parameters)) };
}
