import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostTensor, HostTensors } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { slowPattern, writeJson } from '@attune/internal/node';
import { describe, isObject } from '../../checkpoint/describe';
import { endsInParts, isWithin, linearModules, moduleOf } from '../../linear-modules';
import { loraTargets, quantizedModule, type ResolvedLoraOptions, targetPattern } from '../../lora/options';
import { type LoraModel, refuseQuantized as refuseFrozen, withLora } from '../../lora/with-lora';
import type { Model } from '../../model';
import { readJson } from '../checkpoint/files';
import { openSafetensors, type Weights } from '../checkpoint/open-safetensors';
import { writeSafetensors } from '../checkpoint/write-safetensors';
import { adapterConfigToJson, inAdapter, parseAdapterConfig } from './adapter-config';
import { disagree, isOtherRank, otherRank, otherShape } from './disagreements';
import { type AdapterBase, withOwnHead } from './own-head';

export type { AdapterBase };

const configFile = 'adapter_config.json';
export const weightsFile = 'adapter_model.safetensors';

/** A base model with a loaded adapter. */
export interface LoadedAdapter {
  /** The base with the adapter on its matrices. */
  readonly model: LoraModel;
  /** The base's arrays (not copied) and those of the adapter. */
  readonly parameters: Record<string, HostTensor>;
}

/**
 * Loads an adapter, written by PEFT or `saveAdapter`, onto its base.
 *
 * A head that is tied in the base, and trained on its own in the adapter, is untied.
 *
 * @throws AttuneError ADAPTER_BASE if base and adapter do not match, ADAPTER_CONFIG and ADAPTER_UNSUPPORTED for faults of its
 * configuration, CHECKPOINT_… for missing or damaged files
 * @example
 * const base = await loadModel('models/llama', { task: 'causal-lm' });
 * const { model, parameters } = await loadAdapter('runs/adapter', base);
 */
export async function loadAdapter(directory: string, base: AdapterBase): Promise<LoadedAdapter> {
  const path = join(directory, configFile);
  const json = await readJson(path);
  const parsed = parseAdapterConfig(json, path);
  await refuseOtherFamily(json, { base: base.model, where: path });
  await refuseSlow(parsed, path);
  const file = join(directory, weightsFile);
  await refuseOtherFormat(directory, file);
  const weights = await openSafetensors(file);
  try {
    const isTied = isObject(json) && json.ensure_weight_tying === true;
    const modulesToSave = parsed.modulesToSave ?? [];
    const whole = await withOwnHead(base, { weights, modulesToSave, isTied, where: path });
    const options = ofBase(parsed, { base: whole.model, where: path });
    refuseQuantized(whole.model, options, path);
    const model = withLora(whole.model, options);
    const trained = await readTrained(weights, { model, file });
    await checkOthers(weights, { model, base: { ...whole.parameters, ...trained }, file });
    return { model, parameters: { ...whole.parameters, ...trained } };
  } finally {
    await weights.close();
  }
}

/** A model with an adapter to save. */
export interface SavableAdapter {
  /** The model with its adapters, as `withLora` or `loadAdapter` made it. */
  readonly model: LoraModel;
  /** All parameters of the model; only trained ones are written. */
  readonly parameters: HostTensors;
  /** Directory or hub id of the base, for Python; default none. */
  readonly baseModel?: string;
}

/**
 * Writes `adapter_config.json` and `adapter_model.safetensors` in PEFT's layout. Creates the directory if needed.
 *
 * @throws AttuneError LORA_TARGET for a head whose matrix is quantized, and so was not trained
 * @example
 * await writeDirectoryAtomically('adapter', (directory) => saveAdapter(directory, { model, parameters }));
 */
export async function saveAdapter(directory: string, { model, parameters, baseModel }: SavableAdapter): Promise<void> {
  refuseFrozen(model.base, loraTargets(model.base, model.options));
  await writeJson(join(directory, configFile), adapterConfigToJson(model, baseModel));
  const trained = Object.keys(model.specs).filter(model.isTrainable);
  const copies = Object.entries(model.tied).filter(([, name]) => model.isTrainable(name)); // PEFT expects both names
  const named = [...trained.map((name) => [name, name]), ...copies];
  const tensors = named.map(([inFile, name]) => {
    return { name: inAdapter(inFile), shape: parameters[name].shape, data: parameters[name].data as Float32Array };
  });
  await writeSafetensors(join(directory, weightsFile), tensors, { metadata: { format: 'pt' } });
}

/** A PEFT file may also name modules of other models; at least one must be in this base. */
function ofBase(options: ResolvedLoraOptions, { base, where }: { base: Model; where: string }): ResolvedLoraOptions {
  const { targetModules: targets, modulesToSave } = options;
  const known = Object.keys(base.specs).map(moduleOf);
  const saved = modulesToSave?.filter((end) => known.some((name) => isWithin(name, end)));
  const own = { ...options, modulesToSave: saved ?? (base.task === 'custom' ? undefined : []) };
  if (typeof targets === 'string') return own;
  const modules = linearModules(base);
  const found = targets.filter((target) => modules.some(({ name }) => endsInParts(name, target)));
  if (found.length > 0) return { ...own, targetModules: found };
  throw disagree(where, `target_modules expected a module of the base, got none in [${targets.map(describe)}]`);
}

/**
 * Modules of another family may have the same names and shapes. The base named in the file tells the family, if that directory still
 * exists; a missing directory is not an error.
 */
async function refuseOtherFamily(json: unknown, { base, where }: { base: Model; where: string }): Promise<void> {
  const name = isObject(json) ? json.base_model_name_or_path : undefined;
  if (typeof name !== 'string') return;
  const config = await readJson(join(name, 'config.json')).catch(() => undefined);
  const type = isObject(config) ? config.model_type : undefined;
  if (typeof type !== 'string' || type === base.config.modelType) return;
  throw new AttuneError(
    'ADAPTER_BASE',
    `${where}: base_model_name_or_path expected a ${base.config.modelType}, as the base is, got ${describe(name)}, a ${describe(type)}; load that one, or correct the name`,
  );
}

/** Tests the pattern on long strings before it is applied to module names, which have at most about a hundred characters. */
async function refuseSlow({ targetModules }: ResolvedLoraOptions, where: string): Promise<void> {
  if (typeof targetModules !== 'string' || targetModules === 'all-linear') return;
  if ((await slowPattern([targetPattern(targetModules)], { length: 100 })) === undefined) return;
  throw new AttuneError(
    'ADAPTER_CONFIG',
    `${where}: target_modules expected a regular expression that matches a name quickly, got ${describe(targetModules)}, which backtracks too long; remove nested repetitions, or list the names`,
  );
}

/** A module trained in full cannot be combined with a quantized matrix of the same module. */
function refuseQuantized(base: Model, options: ResolvedLoraOptions, where: string): void {
  const module = quantizedModule(base, loraTargets(base, options));
  if (module === undefined) return;
  throw new AttuneError(
    'ADAPTER_BASE',
    `${where}: modules_to_save expected modules of the base that are not quantized, got ${module}; load the base with quantize: { format, keep: ['${module}'] }`,
  );
}

/** Older versions of PEFT saved pickled weights. */
async function refuseOtherFormat(directory: string, file: string): Promise<void> {
  const names: readonly string[] = await readdir(directory).catch(() => []);
  const other = ['adapter_model.bin', 'adapter_model.pt'].find((name) => names.includes(name));
  if (other === undefined || names.includes(weightsFile)) return;
  const load = `{k: v.contiguous() for k, v in torch.load('${other}', map_location='cpu', weights_only=True).items()}`;
  const code = `import torch; from safetensors.torch import save_file; save_file(${load}, '${weightsFile}', {'format': 'pt'})`;
  throw new AttuneError(
    'CHECKPOINT_FORMAT',
    `${file}: expected the adapter's weights, got ${other}, a format that is not supported; convert it in that directory with Python: pip install torch safetensors && python -c "${code}"`,
  );
}

async function readTrained(weights: Weights, { model, file }: { model: LoraModel; file: string }) {
  const trained: Record<string, HostTensor> = {};
  for (const name of Object.keys(model.specs).filter(model.isTrainable)) {
    const { shape } = model.specs[name];
    const found = weights.tensors.get(inAdapter(name));
    if (!found) throw disagree(file, `expected a tensor ${inAdapter(name)}, found none`);
    if (isOtherRank(name, { expected: shape, got: found.shape }))
      throw otherRank(file, { name: inAdapter(name), expected: shape, got: found.shape });
    if (found.shape.join() !== shape.join())
      throw otherShape(file, inAdapter(name), { vocabSize: model.config.vocabSize, expected: shape, got: found.shape });
    const data = new Float32Array(shape.reduce((product, dimension) => product * dimension, 1));
    await weights.readInto(inAdapter(name), data);
    trained[name] = { shape, dtype: 'float32', data };
  }
  return trained;
}

interface Others {
  readonly model: LoraModel;
  /** The base's parameters, with trained ones replaced. */
  readonly base: HostTensors;
  readonly file: string;
}

/**
 * PEFT also saves the frozen word embeddings and decoder if one of them is adapted: they must equal the base's. A shared
 * table that is trained in full is saved under both names.
 */
async function checkOthers(weights: Weights, { model, base, file }: Others): Promise<void> {
  const expected = new Set(Object.keys(model.specs).filter(model.isTrainable).map(inAdapter));
  const prefix = inAdapter('');
  for (const name of weights.tensors.keys()) {
    if (expected.has(name)) continue;
    const inFile = name.startsWith(prefix) ? name.slice(prefix.length).replace('.base_layer.', '.') : name;
    const inBase = Object.hasOwn(model.tied, inFile) ? model.tied[inFile] : inFile;
    if (!Object.hasOwn(base, inBase))
      throw disagree(file, `found a tensor ${describe(name)}, which the base has no place for`);
    const own = base[inBase];
    const { shape: got } = weights.tensors.get(name)!;
    if (got.join() !== own.shape.join())
      throw otherShape(file, name, { vocabSize: model.config.vocabSize, expected: own.shape, got });
    const { data } = await weights.read(name);
    if (!(data instanceof Float32Array && near(data, own.data)))
      throw disagree(file, `${describe(name)} expected the base's own numbers, got others`);
  }
}

/** Tolerance relative to the largest number: rounding if the base was saved in bfloat16. */
const rounding = 2 ** -7;

function near(actual: ArrayLike<number>, expected: ArrayLike<number>): boolean {
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
  }
  return difference <= rounding * largest;
}
