import type { HostTensor, HostTensors } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { isWithin, moduleOf } from '../../linear-modules';
import { type Model, modelForTask } from '../../model';
import { isQuantized } from '../../quantized/quantized';
import type { Weights } from '../checkpoint/open-safetensors';
import { areEqual, withTied } from '../checkpoint/tied-heads';
import { inAdapter } from './adapter-config';

/** A model with its parameters, as from `loadModel`. */
export interface AdapterBase {
  /** The model that the adapter was trained on. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: HostTensors;
}

/** An adapter's file, and the part of its config that decides about a tied head. */
interface TrainedModules {
  readonly weights: Weights;
  readonly modulesToSave: readonly string[];
  /** `ensure_weight_tying`: the trained table is also the head. */
  readonly isTied: boolean;
  /** The config file, which errors name. */
  readonly where: string;
}

/**
 * The base with a separate head where the adapter has one. PEFT trains a copy of each module that `modules_to_save` names, also of a
 * head that the base ties to its word embeddings; the two then differ. A copy of the embeddings alone leaves the head as the base has it.
 *
 * @throws AttuneError ADAPTER_UNSUPPORTED for such a head on a quantized base
 */
export async function withOwnHead(base: AdapterBase, trained: TrainedModules): Promise<AdapterBase> {
  const { model } = base;
  const { weights, modulesToSave, where } = trained;
  const pair = Object.entries(model.tied).find(([, words]) => model.specs[words].role === 'table');
  if (!pair || !(await differs(pair, trained))) return base;
  if (isQuantized(model) || model.task === 'custom')
    throw new AttuneError(
      'ADAPTER_UNSUPPORTED',
      `${where}: modules_to_save expected modules of the base, got ${modulesToSave.join(', ')}, which give the base a separate head; load the base in float32, without quantize`,
    );
  const untied = modelForTask(withTied(model.config, false), model.task);
  return { model: untied, parameters: untiedParameters(untied, base) };

  async function differs([head, words]: readonly [string, string], { isTied }: TrainedModules): Promise<boolean> {
    const isSaved = (name: string) =>
      modulesToSave.some((end) => isWithin(moduleOf(name), end)) && weights.tensors.has(inAdapter(name));
    if (isSaved(head)) return !isSaved(words) || !(await areEqual(weights, inAdapter(head), inAdapter(words)));
    return isSaved(words) && !isTied;
  }
}

/** The base's parameters, with a copy under each name that was tied to another. */
function untiedParameters(untied: Model, { model, parameters }: AdapterBase): Record<string, HostTensor> {
  return Object.fromEntries(
    Object.keys(untied.specs).map((name) => {
      const { [name]: own, [model.tied[name]]: shared } = parameters;
      return [name, own ?? { ...shared, data: shared.data.slice() }];
    }),
  );
}
