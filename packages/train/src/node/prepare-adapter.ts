import { AttuneError } from '@attune/engine';
import { checkMergeable, initialiseAdapter, type LoraOptions, withLora } from '@attune/models';
import type { PreparedModel, PrepareOptions } from './prepare-model';

/** @throws AttuneError LORA_INVALID for adapters beside a new model: its matrices would stay as random as they are */
export function checkAdaptable(source: string, { lora }: Pick<PrepareOptions, 'lora'>): void {
  if (lora === undefined || source !== 'new') return;
  throw new AttuneError(
    'LORA_INVALID',
    'lora: expected a trained model beside it, got "new", whose frozen matrices would stay random; train it without lora first, or name another model',
  );
}

interface AdapterOptions {
  readonly lora: LoraOptions;
  readonly seed: number;
  /** Parameters that came from no checkpoint: frozen, they would stay random. */
  readonly fresh: readonly string[];
}

/**
 * A prepared model, frozen, with new adapters. A new head is trained whole, unless `modulesToSave` says what is.
 *
 * @throws AttuneError LORA_INVALID and LORA_TARGET as `withLora`; LORA_MERGE for adapters that cannot be merged when all is done
 */
export function withAdapters(prepared: PreparedModel, { lora, seed, fresh }: AdapterOptions): PreparedModel {
  const { model: base, parameters } = prepared;
  const modulesToSave = lora.modulesToSave ?? newModules(base.task, fresh);
  const model = withLora(base, { ...lora, ...(modulesToSave && { modulesToSave }) });
  checkMergeable(model);
  return { ...prepared, model, parameters: { ...parameters, ...initialiseAdapter(model, seed) } };
}

/** A classifier's head is trained whole as it is. */
function newModules(task: string, fresh: readonly string[]): readonly string[] | undefined {
  if (task.endsWith('-classification') || fresh.length === 0) return undefined;
  return [...new Set(fresh.map((name) => name.replace(/\.[^.]*$/, '')))];
}
