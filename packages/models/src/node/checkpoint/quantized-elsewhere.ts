// Checkpoints quantized by other tools: their codes are not supported, and must not be read as numbers.
import { AttuneError } from '@attune/internal';
import { quantizationEntries } from '../../checkpoint/config-format';
import { describe, isObject, type JsonObject } from '../../checkpoint/describe';
import { isFloat } from '../../checkpoint/dtypes';
import { families } from '../../families';
import type { Model } from '../../model';
import { matchNames } from '../plan-reading';
import type { Weights } from './open-safetensors';
import type { NotedPlace } from './wrapped-names';

/** Name endings of tensors that accompany or replace a quantized weight. */
const companions: readonly (readonly [method: string, ending: RegExp])[] = [
  [
    'bitsandbytes',
    /\.(?:weight\.(?:absmax|quant_map|nested_absmax|nested_quant_map|quant_state\..*)|absmax|quant_map|SCB|weight_format)$/,
  ],
  ['GPTQ or AWQ', /\.(?:qweight|qzeros|g_idx)$/],
  [
    'compressed-tensors or fp8',
    /\.(?:weight_packed|weight_scale(?:_inv)?|weight_zero_point|weight_shape|input_scale)$/,
  ],
  ['HQQ', /\.W_q$/],
  ['quanto', /\.weight\._(?:data|scale)$/],
  ['MLX', /\.biases$/],
];

/**
 * Refuses quantized weights and names the tool that made them. A `quantization_config` that remains although the weights are floats is
 * reported and ignored.
 *
 * @throws AttuneError CHECKPOINT_UNSUPPORTED
 */
export function checkNotQuantized(weights: Weights, model: Model, { where, onNote }: NotedPlace): void {
  const said = saidMethod(model.config.original);
  const names = [...weights.tensors.keys()];
  const found = companions.find(([, ending]) => names.some((name) => ending.test(name)));
  const method = said ?? found?.[0];
  if (method === undefined) return;
  const code = codeAmong(weights, model) ?? (found && names.find((name) => found[1].test(name)));
  if (code === undefined) {
    onNote(
      `${where}: config.json declares quantized weights (${method}), but they are not quantized: loaded as they are`,
    );
    return;
  }
  throw new AttuneError(
    'CHECKPOINT_UNSUPPORTED',
    `${where}: expected weights in float32, float16 or bfloat16, got some quantized with ${method} (${describe(code)}); use the float checkpoint that it was made from; quantize (--quantize) loads that in 4 or 8 bits`,
  );
}

/** The quantization method named in `config.json`. */
function saidMethod(original: JsonObject): string | undefined {
  const entry = quantizationEntries.map((name) => original[name]).find(isObject);
  if (!entry) return undefined;
  const { quant_method: method, load_in_4bit: four, load_in_8bit: eight, bits } = entry;
  if (typeof method === 'string') return describe(method).slice(1, -1);
  if (four === true || eight === true) return 'bitsandbytes';
  return typeof bits === 'number' ? `${bits} bits` : 'an unnamed method';
}

/** A parameter of the family that is missing, or is not a float tensor in the file. */
function codeAmong(weights: Weights, model: Model): string | undefined {
  const wanted = families[model.config.modelType].specs(model.config);
  const { from, missing } = matchNames([...weights.tensors.keys()], model);
  for (const inFile of from.values()) if (!isFloat(weights.tensors.get(inFile)!.dtype)) return inFile;
  return missing.find((name) => name in wanted);
}
