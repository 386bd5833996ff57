import { AttuneError } from '@attune/internal';
import { describe, isObject, type JsonObject } from '../../checkpoint/describe';
import { classifierModule } from '../../families';
import { endsInParts, linearModules } from '../../linear-modules';
import type { ResolvedLoraOptions } from '../../lora/options';
import type { LoraModel } from '../../lora/with-lora';
import type { Model } from '../../model';

/** Options of PEFT that change what is computed or saved and are supported only if they are off. */
const others = [
  'rank_pattern',
  'alpha_pattern',
  'use_dora',
  'fan_in_fan_out',
  'lora_bias',
  'layers_to_transform',
  'layer_replication',
  'exclude_modules',
  'target_parameters',
  'trainable_token_indices',
  'use_qalora',
  'use_bdlora',
  'alora_invocation_tokens',
  'arrow_config',
  'megatron_config',
];

/** Initializations that do not change the base's matrices. */
const plainInitializations: readonly unknown[] = [true, false, undefined, null, 'gaussian', 'orthogonal'];

/** PEFT's name of a parameter. */
export const inAdapter = (parameter: string): string => `base_model.model.${parameter}`;

/** The options in PEFT's `adapter_config.json`. @throws AttuneError ADAPTER_CONFIG, ADAPTER_UNSUPPORTED */
export function parseAdapterConfig(json: unknown, where: string): ResolvedLoraOptions {
  if (!isObject(json)) throw invalid(where, `expected an object, got ${describe(json)}`);
  refuseOthers(json, where);
  const r = json.r ?? 8;
  const alpha = json.lora_alpha ?? 8;
  const dropout = json.lora_dropout ?? 0;
  const options = {
    r: numberOf('r', r, { where, accepts: (value) => Number.isInteger(value) && value >= 1 }),
    alpha: numberOf('lora_alpha', alpha, { where, accepts: (value) => Number.isFinite(value) && value > 0 }),
    dropout: numberOf('lora_dropout', dropout, { where, accepts: (value) => value >= 0 && value < 1 }),
    useRslora: json.use_rslora === true,
    modulesToSave: json.modules_to_save == null ? undefined : namesOf('modules_to_save', json.modules_to_save, where),
  };
  const { target_modules: targets } = json;
  return {
    ...options,
    targetModules: typeof targets === 'string' ? targets : namesOf('target_modules', targets, where),
  };
}

function refuseOthers(json: JsonObject, where: string): void {
  if (json.peft_type !== 'LORA') throw unsupported(where, 'peft_type', { expected: '"LORA"', got: json.peft_type });
  if (json.bias != null && json.bias !== 'none')
    throw unsupported(where, 'bias', { expected: '"none"', got: json.bias });
  if (!plainInitializations.includes(json.init_lora_weights))
    throw unsupported(where, 'init_lora_weights', { expected: 'true', got: json.init_lora_weights });
  const other = others.find((name) => !isOff(json[name]));
  if (other) throw unsupported(where, other, { expected: 'no value', got: json[other] });
}

const isOff = (value: unknown) =>
  value == null || value === false || (typeof value === 'object' && Object.keys(value).length === 0);

interface Accepted {
  readonly where: string;
  readonly accepts: (value: number) => boolean;
}

function numberOf(name: string, value: unknown, { where, accepts }: Accepted): number {
  if (typeof value === 'number' && accepts(value)) return value;
  throw invalid(where, `${name} is out of range: ${describe(value)}`);
}

function namesOf(name: string, value: unknown, where: string): string[] {
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw invalid(where, `${name} expected a list of names, got ${describe(value)}`);
}

const taskTypes: Readonly<Record<Model['task'], string | null>> = {
  'causal-lm': 'CAUSAL_LM',
  'sequence-classification': 'SEQ_CLS',
  'token-classification': 'TOKEN_CLS',
  'masked-lm': null,
  custom: null,
};

/** PEFT's `adapter_config.json` of a model. @param baseModel directory or hub id of the base, for PEFT */
export function adapterConfigToJson(model: LoraModel, baseModel: string | undefined): JsonObject {
  const { options, task } = model;
  const { r, alpha, dropout = 0, useRslora = false, modulesToSave } = options;
  const usual = task.endsWith('-classification') ? [classifierModule(model.config.modelType)] : null;
  return {
    peft_type: 'LORA',
    task_type: taskTypes[task],
    base_model_name_or_path: baseModel ?? null,
    r,
    lora_alpha: alpha,
    lora_dropout: dropout,
    use_rslora: useRslora,
    target_modules: targetNames(model),
    modules_to_save: modulesToSave ?? usual,
    // Otherwise PEFT trains a copy of the embeddings and leaves the tied decoder unchanged.
    ...(savesTied(model) && { ensure_weight_tying: true }),
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    inference_mode: true,
  };
}

/** Whether a table of embeddings that is also the decoder is trained and saved in full. */
const savesTied = ({ tied, specs, isTrainable }: LoraModel): boolean =>
  Object.values(tied).some((name) => specs[name].role === 'table' && isTrainable(name));

/** The list as given, if PEFT finds the same modules by it; otherwise the names of all adapted modules. */
function targetNames({ options: { targetModules }, adapted, base }: LoraModel): readonly string[] {
  const names = adapted.map(({ name }) => name);
  if (typeof targetModules === 'string') return names;
  const found = linearModules(base).filter(({ name }) => targetModules.some((end) => endsInParts(name, end)));
  return found.length === names.length ? targetModules : names;
}

const invalid = (where: string, what: string) =>
  new AttuneError('ADAPTER_CONFIG', `${where}: ${what}; correct it, or download the file again`);

const unsupported = (where: string, name: string, { expected, got }: { expected: string; got: unknown }) =>
  new AttuneError(
    'ADAPTER_UNSUPPORTED',
    `${where}: ${name} expected ${expected}, got ${describe(got)}; merge the adapter into its base in Python, and load that`,
  );
