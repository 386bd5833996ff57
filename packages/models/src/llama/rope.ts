import { type Rotation, rotationOf } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Field, invalid, type Kind, positive, readNumber, size, unsupported } from '../checkpoint/config-format';
import { describe, isObject, type JsonObject } from '../checkpoint/describe';
import type { Llama3Scaling, ModelConfig, Rope } from '../checkpoint/model-config';

const types = ['default', 'linear', 'llama3'] as const;

const stretch: Kind = { expected: 'a number ≥ 1', accepts: (value) => value >= 1 && Number.isFinite(value) };
const theta = { name: 'rope_theta', absent: 10_000, kind: positive } satisfies Field;
const factor = { name: 'factor', kind: stretch };
const lowFrequencyFactor = { name: 'low_freq_factor', kind: positive };
const highFrequencyFactor = { name: 'high_freq_factor', kind: positive };
const originalMaxPositions = { name: 'original_max_position_embeddings', kind: size };

/** The names of `config.json` that are read here. */
export const ropeNames = ['rope_theta', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor'] as const;

/**
 * Reads `rope_theta` and `rope_scaling` of transformers 4, or `rope_parameters` of version 5, which holds both.
 *
 * @throws AttuneError CHECKPOINT_UNSUPPORTED for a type of scaling that is not computed here, such as `yarn`;
 * CHECKPOINT_CONFIG for a value that cannot be
 */
export function readRope(json: JsonObject, where: string): Rope {
  const { name, scaling } = scalingOf(json, where);
  const inside = `${where}: ${name}`;
  const type = readType(scaling, inside);
  refusePartial(json, where);
  refusePartial(scaling, inside);
  const read = (field: Pick<Field, 'name' | 'kind'>) => required(scaling, field, inside);
  const common = { theta: scaling.rope_theta === undefined ? readTheta(json, where) : readTheta(scaling, inside) };
  if (type === 'default') return { ...common, type };
  if (type === 'linear') return { ...common, type, factor: read(factor) };
  const scaled = {
    factor: read(factor),
    lowFrequencyFactor: read(lowFrequencyFactor),
    highFrequencyFactor: read(highFrequencyFactor),
    originalMaxPositions: read(originalMaxPositions),
  };
  if (scaled.lowFrequencyFactor < scaled.highFrequencyFactor) return { ...common, type, ...scaled };
  const [low, high] = [lowFrequencyFactor.name, highFrequencyFactor.name];
  throw invalid(
    inside,
    `${low} expected a number below ${high} ${scaled.highFrequencyFactor}, got ${scaled.lowFrequencyFactor}`,
  );
}

/** transformers 5 takes `rope_scaling` too, before its own `rope_parameters`. */
function scalingOf(json: JsonObject, where: string): { name: string; scaling: JsonObject } {
  const name = ['rope_scaling', 'rope_parameters'].find((key) => json[key] !== undefined && json[key] !== null);
  if (name === undefined) return { name: 'rope_scaling', scaling: {} };
  const scaling = json[name];
  if (!isObject(scaling)) throw invalid(where, `${name} expected an object, got ${describe(scaling)}`);
  return { name, scaling };
}

function readType({ rope_type, type = 'default' }: JsonObject, inside: string): Rope['type'] {
  const value = rope_type ?? type;
  const known = types.find((name) => name === value);
  if (known) return known;
  const what = `rope_type expected ${types.join(', ')}, got ${describe(value)}`;
  throw typeof value === 'string' ? unsupported(inside, what) : invalid(inside, what);
}

function refusePartial({ partial_rotary_factor: value }: JsonObject, where: string): void {
  if (value === undefined || value === null || value === 1) return;
  throw unsupported(where, `partial_rotary_factor expected 1, got ${describe(value)}`);
}

const readTheta = (json: JsonObject, where: string) => readNumber<never>(json, { field: theta, before: {}, where });

function required(json: JsonObject, field: Pick<Field, 'name' | 'kind'>, where: string): number {
  if (json[field.name] === undefined)
    throw invalid(where, `${field.name} expected ${field.kind.expected}, got nothing`);
  return readNumber<never>(json, { field: { ...field, absent: 0 }, before: {}, where });
}

/** The same for both versions: each ignores the other's names. */
export function ropeToJson(rope: Rope): JsonObject {
  const scaling = scalingToJson(rope);
  return {
    rope_theta: rope.theta,
    rope_scaling: rope.type === 'default' ? null : scaling,
    rope_parameters: { rope_theta: rope.theta, ...scaling },
  };
}

function scalingToJson(rope: Rope): JsonObject {
  if (rope.type === 'default') return { rope_type: rope.type };
  if (rope.type === 'linear') return { rope_type: rope.type, factor: rope.factor };
  return {
    rope_type: rope.type,
    factor: rope.factor,
    low_freq_factor: rope.lowFrequencyFactor,
    high_freq_factor: rope.highFrequencyFactor,
    original_max_position_embeddings: rope.originalMaxPositions,
  };
}

/** Rotation of queries and keys at positions [tokens]. */
export function rotationAt(positionIds: Tensor, { decoder }: ModelConfig): Rotation {
  const { headDim, rope } = decoder!;
  return rotationOf(positionIds, ropeFrequencies(headDim, rope));
}

/**
 * The frequencies of rotary position embedding, in radians a position: θ^(−2i / headDim), scaled.
 *
 * `linear` divides each by the factor. `llama3` divides those whose wave is longer than the original context divided by
 * its low factor, leaves those shorter than that divided by its high one, and goes over from one to the other between.
 *
 * @returns headDim / 2 numbers
 * @see transformers' `modeling_rope_utils.py`; Llama 3.1's `apply_scaling`
 * @example
 * ropeFrequencies(4, { type: 'default', theta: 10_000 }); // [ 1, 0.01 ]
 */
export function ropeFrequencies(headDim: number, rope: Rope): number[] {
  const plain = Array.from({ length: headDim / 2 }, (_, i) => rope.theta ** ((-2 * i) / headDim));
  if (rope.type === 'linear') return plain.map((frequency) => frequency / rope.factor);
  if (rope.type === 'llama3') return plain.map((frequency) => stretched(frequency, rope));
  return plain;
}

function stretched(
  frequency: number,
  { factor, lowFrequencyFactor: low, highFrequencyFactor: high, originalMaxPositions }: Llama3Scaling,
): number {
  const waves = (originalMaxPositions * frequency) / (2 * Math.PI); // that fit into the original context
  const kept = Math.min(Math.max((waves - low) / (high - low), 0), 1);
  return frequency * ((1 - kept) / factor + kept);
}
