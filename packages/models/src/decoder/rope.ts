import { type Rotation, rotationOf } from '@attune/engine';
import type { Tensor } from '@tensorflow/tfjs-core';
import { type Field, invalid, type Kind, positive, readNumber, size, unsupported } from '../checkpoint/config-format';
import { describe, isObject, type JsonObject } from '../checkpoint/describe';
import type { DecoderConfig, Llama3Scaling, Rope } from '../checkpoint/model-config';

const types = ['default', 'linear', 'llama3'] as const;

const stretch: Kind = { expected: 'a number ≥ 1', accepts: (value) => value >= 1 && Number.isFinite(value) };
const theta = { name: 'rope_theta', absent: 10_000, kind: positive } satisfies Field;
const factor = { name: 'factor', kind: stretch };
const lowFrequencyFactor = { name: 'low_freq_factor', kind: positive };
const highFrequencyFactor = { name: 'high_freq_factor', kind: positive };
const originalMaxPositions = { name: 'original_max_position_embeddings', kind: size };

/** How a family says in its `config.json` how positions turn queries and keys. */
export interface RopeFormat {
  /** The names that are read. */
  readonly names: readonly string[];
  readonly read: (json: JsonObject, where: string) => Pick<DecoderConfig, 'rope' | 'localRope'>;
  readonly write: (decoder: DecoderConfig) => JsonObject;
}

/** One way for all layers. */
export const oneRope: RopeFormat = {
  names: ['rope_theta', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor'],
  read: (json, where) => ({ rope: readRope(json, where) }),
  write: ({ rope }) => ropeToJson(rope),
};

/**
 * Layers with a window have a base of their own and are never stretched: `rope_local_base_freq` of transformers 4, `rope_parameters` by type
 * of layer of version 5.
 */
export const ropeByLayer: RopeFormat = {
  names: ['rope_theta', 'rope_local_base_freq', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor'],
  read(json, where) {
    refusePartial(json, where);
    const far = ofLayers(json, { name: 'full_attention', where });
    const near = ofLayers(json, { name: 'sliding_attention', where });
    const { scaling } = scalingOf({ rope_scaling: json.rope_scaling }, where); // of the layers without a window
    const inside = (name: string) => `${where}: rope_parameters: ${name}`;
    return {
      rope: ropeOf(
        { ...(json.rope_theta !== undefined && { rope_theta: json.rope_theta }), ...far, ...scaling },
        {
          inside: inside('full_attention'),
          absentTheta: 1_000_000,
        },
      ),
      localRope: ropeOf(
        { ...(json.rope_local_base_freq !== undefined && { rope_theta: json.rope_local_base_freq }), ...near },
        { inside: inside('sliding_attention'), absentTheta: 10_000 },
      ),
    };
  },
  write: ({ rope, localRope = rope }) => ({
    ...ropeToJson(rope),
    rope_local_base_freq: localRope.theta,
    rope_parameters: {
      full_attention: { rope_theta: rope.theta, ...scalingToJson(rope) },
      sliding_attention: { rope_theta: localRope.theta, ...scalingToJson(localRope) },
    },
  }),
};

function ofLayers({ rope_parameters: all }: JsonObject, { name, where }: { name: string; where: string }): JsonObject {
  if (all === undefined || all === null) return {};
  if (!isObject(all)) throw invalid(where, `rope_parameters expected an object, got ${describe(all)}`);
  const own = all[name] ?? {};
  if (!isObject(own)) throw invalid(where, `rope_parameters: ${name} expected an object, got ${describe(own)}`);
  return own;
}

/** Reads `rope_theta` and `rope_scaling` of transformers 4, or `rope_parameters` of version 5, which holds both. */
function readRope(json: JsonObject, where: string): Rope {
  const { name, scaling } = scalingOf(json, where);
  refusePartial(json, where);
  const own = scaling.rope_theta === undefined ? readTheta(json, where, theta.absent) : undefined;
  return ropeOf(scaling, { inside: `${where}: ${name}`, absentTheta: own ?? theta.absent });
}

interface RopeContext {
  /** What an error begins with. */
  readonly inside: string;
  /** The base where the entries have none. */
  readonly absentTheta: number;
}

/**
 * The rotation that an object of `config.json` describes.
 *
 * @throws AttuneError CHECKPOINT_UNSUPPORTED for a type of scaling that is not computed here, such as `longrope`;
 * CHECKPOINT_CONFIG for a value that cannot be
 */
function ropeOf(scaling: JsonObject, { inside, absentTheta }: RopeContext): Rope {
  const type = readType(scaling, inside);
  refusePartial(scaling, inside);
  const read = (field: Pick<Field, 'name' | 'kind'>) => required(scaling, field, inside);
  const common = { theta: readTheta(scaling, inside, absentTheta) };
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

const readTheta = (json: JsonObject, where: string, absent: number) =>
  readNumber<never>(json, { field: { ...theta, absent }, before: {}, where });

function required(json: JsonObject, field: Pick<Field, 'name' | 'kind'>, where: string): number {
  if (json[field.name] === undefined)
    throw invalid(where, `${field.name} expected ${field.kind.expected}, got nothing`);
  return readNumber<never>(json, { field: { ...field, absent: 0 }, before: {}, where });
}

/** The same for both versions: each ignores the other's names. */
function ropeToJson(rope: Rope): JsonObject {
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
export const rotationAt = (positionIds: Tensor, headDim: number, rope: Rope): Rotation =>
  rotationOf(positionIds, ropeFrequencies(headDim, rope));

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
