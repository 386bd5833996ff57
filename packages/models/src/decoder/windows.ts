import { count, integer, invalid, readNumber, size, unsupported } from '../checkpoint/config-format';
import { describe, type JsonObject } from '../checkpoint/describe';
import type { SlidingWindow } from '../checkpoint/model-config';

/** Fields of a family's `config.json` that describe sliding windows. They are saved as they were read. */
export interface WindowFormat {
  /** Names of the fields in `config.json`. */
  readonly names: readonly string[];
  /** The sliding window; undefined if every layer attends to the whole context. */
  readonly read: (json: JsonObject, context: WindowContext) => SlidingWindow | undefined;
}

interface WindowContext {
  readonly layers: number;
  readonly where: string;
}

/** Mistral: every layer has a window unless it is null, or those that `layer_types` names. @see transformers' MistralModel, MinistralConfig */
export const everyLayer: WindowFormat = {
  names: ['sliding_window', 'layer_types'],
  read(json, { layers, where }) {
    const window = readSize(json, where);
    const byLayer = readLayerTypes(json, { layers, where });
    return window === undefined ? undefined : { size: window, layers: byLayer ?? new Array(layers).fill(true) };
  },
};

/** Qwen: windows are optional, from a given layer on or by layer type. @see transformers' Qwen2Config */
export const lastLayers: WindowFormat = {
  names: ['sliding_window', 'use_sliding_window', 'max_window_layers', 'layer_types'],
  read(json, { layers, where }) {
    const { use_sliding_window: uses = false } = json;
    if (typeof uses !== 'boolean')
      throw invalid(where, `use_sliding_window expected true or false, got ${describe(uses)}`);
    const window = uses ? readSize(json, where) : undefined;
    const first = readCount(json, { name: 'max_window_layers', absent: 28, where });
    const byLayer = readLayerTypes(json, { layers, where });
    if (byLayer?.includes(true) && window === undefined)
      throw invalid(where, 'layer_types expected full_attention alone without a window, got "sliding_attention"');
    if (window === undefined) return undefined;
    return { size: window, layers: byLayer ?? Array.from({ length: layers }, (_, i) => i >= first) };
  },
};

/** Gemma 3: every sixth layer attends to the whole context. @see transformers' Gemma3TextConfig */
export const fiveOfSix: WindowFormat = {
  names: ['sliding_window', 'sliding_window_pattern', 'layer_types'],
  read(json, { layers, where }) {
    const period = readCount(json, { name: 'sliding_window_pattern', absent: 6, where });
    const byLayer =
      readLayerTypes(json, { layers, where }) ?? Array.from({ length: layers }, (_, i) => (i + 1) % period !== 0);
    const window = readSize(json, where);
    if (window !== undefined) return { size: window, layers: byLayer };
    throw unsupported(where, 'sliding_window expected a number of tokens, got null');
  },
};

/** transformers' default in every family. */
function readSize(json: JsonObject, where: string): number | undefined {
  if (json.sliding_window === null) return undefined;
  return readNumber<never>(json, { field: { name: 'sliding_window', absent: 4096, kind: size }, before: {}, where });
}

function readCount(json: JsonObject, { name, absent, where }: { name: string; absent: number; where: string }): number {
  const kind = name === 'max_window_layers' ? integer(0, 1024) : count;
  return readNumber<never>(json, { field: { name, absent, kind }, before: {}, where });
}

/** Whether each layer has a window. */
function readLayerTypes({ layer_types: value }: JsonObject, { layers, where }: WindowContext): boolean[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length !== layers) {
    const got = Array.isArray(value) ? `${value.length}` : describe(value);
    throw invalid(where, `layer_types expected a type for each of ${layers} layers, got ${got}`);
  }
  return value.map((type) => {
    if (type === 'sliding_attention' || type === 'full_attention') return type === 'sliding_attention';
    const what = `layer_types expected full_attention or sliding_attention, got ${describe(type)}`;
    throw typeof type === 'string' ? unsupported(where, what) : invalid(where, what);
  });
}
