import { type Field, invalid, type Kind, positive, readNumber, size, unsupported } from '../checkpoint/config-format';
import { describe, isObject, type JsonObject } from '../checkpoint/describe';
import type { DecoderConfig, Rope, YarnScaling } from '../checkpoint/model-config';

const types = ['default', 'linear', 'llama3', 'yarn', 'dynamic'] as const;

const stretch: Kind = { expected: 'a number ≥ 1', accepts: (value) => value >= 1 && Number.isFinite(value) };
const weight: Kind = { expected: 'a number ≥ 0', accepts: (value) => value >= 0 && Number.isFinite(value) };
const theta = { name: 'rope_theta', absent: 10_000, kind: positive } satisfies Field;
const factor = { name: 'factor', kind: stretch };
const lowFrequencyFactor = { name: 'low_freq_factor', kind: positive };
const highFrequencyFactor = { name: 'high_freq_factor', kind: positive };
const originalMaxPositions = { name: 'original_max_position_embeddings', kind: size };

/** Fields of a family's `config.json` that describe rotary position embedding. */
export interface RopeFormat {
  /** Names of the fields. */
  readonly names: readonly string[];
  readonly read: (json: JsonObject, context: RopeContext) => Pick<DecoderConfig, 'rope' | 'localRope'>;
  readonly write: (decoder: DecoderConfig) => JsonObject;
}

interface RopeContext {
  /** Start of error messages. */
  readonly where: string;
  /** Original context length if the file does not specify it. */
  readonly maxPositions: number;
}

/** The same rotation for all layers. */
export const oneRope: RopeFormat = {
  names: ['rope_theta', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor', originalMaxPositions.name],
  read: (json, context) => ({ rope: readRope(json, context) }),
  write: ({ rope }) => ropeToJson(rope),
};

/**
 * Layers with a window have their own base and no scaling: `rope_local_base_freq` of transformers 4, `rope_parameters` by layer
 * type of version 5.
 */
export const ropeByLayer: RopeFormat = {
  names: ['rope_theta', 'rope_local_base_freq', 'rope_scaling', 'rope_parameters', 'partial_rotary_factor'],
  read(json, { where, maxPositions }) {
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
          maxPositions,
          absentTheta: 1_000_000,
        },
      ),
      localRope: ropeOf(
        { ...(json.rope_local_base_freq !== undefined && { rope_theta: json.rope_local_base_freq }), ...near },
        { inside: inside('sliding_attention'), maxPositions, absentTheta: 10_000 },
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
function readRope(json: JsonObject, { where, maxPositions }: RopeContext): Rope {
  const { name, scaling } = scalingOf(json, where);
  refusePartial(json, where);
  const own = scaling.rope_theta === undefined ? readTheta(json, where, theta.absent) : undefined;
  const { original_max_position_embeddings: original } = json; // as in transformers 5, it has precedence
  const whole =
    original === undefined || original === null ? scaling : { ...scaling, [originalMaxPositions.name]: original };
  return ropeOf(whole, { inside: `${where}: ${name}`, maxPositions, absentTheta: own ?? theta.absent });
}

interface ScalingContext extends Pick<RopeContext, 'maxPositions'> {
  /** Start of error messages. */
  readonly inside: string;
  /** Base if the entries do not specify it. */
  readonly absentTheta: number;
}

/**
 * The rotation described by an object of `config.json`.
 *
 * @throws AttuneError CHECKPOINT_UNSUPPORTED for an unsupported type of scaling, such as `longrope`;
 * CHECKPOINT_CONFIG for an invalid value
 */
function ropeOf(scaling: JsonObject, { inside, maxPositions, absentTheta }: ScalingContext): Rope {
  const type = readType(scaling, inside);
  refusePartial(scaling, inside);
  const read = (field: Pick<Field, 'name' | 'kind'>) => required(scaling, field, inside);
  const common = { theta: readTheta(scaling, inside, absentTheta) };
  if (type === 'default') return { ...common, type };
  if (type === 'linear' || type === 'dynamic') return { ...common, type, factor: read(factor) };
  if (type === 'yarn') return { ...common, type, ...readYarn(scaling, { inside, maxPositions }) };
  const scaled = {
    factor: read(factor),
    lowFrequencyFactor: read(lowFrequencyFactor),
    highFrequencyFactor: read(highFrequencyFactor),
    originalMaxPositions: readOriginal(scaling, { inside, maxPositions }),
  };
  if (scaled.lowFrequencyFactor < scaled.highFrequencyFactor) return { ...common, type, ...scaled };
  const [low, high] = [lowFrequencyFactor.name, highFrequencyFactor.name];
  throw invalid(
    inside,
    `${low} expected a number below ${high} ${scaled.highFrequencyFactor}, got ${scaled.lowFrequencyFactor}`,
  );
}

/** Absent fields have transformers' defaults; the attention factor is computed if absent. */
function readYarn(scaling: JsonObject, { inside, maxPositions }: Omit<ScalingContext, 'absentTheta'>): YarnScaling {
  const read = (name: string, absent: number, kind: Kind = positive) =>
    readNumber<never>(scaling, { field: { name, absent, kind, nullable: true }, before: {}, where: inside });
  const original = readOriginal(scaling, { inside, maxPositions });
  const times = read(factor.name, Math.max(maxPositions / original, 1), stretch);
  const [some, all] = ['mscale', 'mscale_all_dim'].map((name) => read(name, 0, weight));
  const { truncate = true } = scaling;
  if (typeof truncate !== 'boolean')
    throw invalid(inside, `truncate expected true or false, got ${describe(truncate)}`);
  const growth = (share: number) => 0.1 * share * Math.log(times) + 1;
  return {
    factor: times,
    betaFast: read('beta_fast', 32),
    betaSlow: read('beta_slow', 1),
    originalMaxPositions: original,
    attentionFactor: read('attention_factor', some > 0 && all > 0 ? growth(some) / growth(all) : growth(1)),
    truncates: truncate,
  };
}

/** The original context length; transformers 5 takes the model's where there is none. */
function readOriginal(json: JsonObject, { inside, maxPositions }: Omit<ScalingContext, 'absentTheta'>): number {
  const field = { ...originalMaxPositions, absent: maxPositions, nullable: true };
  return readNumber<never>(json, { field, before: {}, where: inside });
}

/** transformers 5 also accepts `rope_scaling`, with precedence over `rope_parameters`. */
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

/** Written for both versions: each ignores the other's names. */
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
  if (rope.type === 'linear' || rope.type === 'dynamic') return { rope_type: rope.type, factor: rope.factor };
  if (rope.type === 'yarn')
    return {
      rope_type: rope.type,
      factor: rope.factor,
      beta_fast: rope.betaFast,
      beta_slow: rope.betaSlow,
      original_max_position_embeddings: rope.originalMaxPositions,
      attention_factor: rope.attentionFactor,
      truncate: rope.truncates,
    };
  return {
    rope_type: rope.type,
    factor: rope.factor,
    low_freq_factor: rope.lowFrequencyFactor,
    high_freq_factor: rope.highFrequencyFactor,
    original_max_position_embeddings: rope.originalMaxPositions,
  };
}
