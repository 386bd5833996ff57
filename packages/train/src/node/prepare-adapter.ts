import { AttuneError } from '@attune/engine';
import { checkMergeable, initialiseAdapter, type LoraOptions, type QuantiseOptions, withLora } from '@attune/models';
import { mergesAdapter } from './finished-model';
import type { PreparedModel, PrepareOptions } from './prepare-model';

type Adapting = Pick<PrepareOptions, 'lora' | 'quantize' | 'mergeAdapter'>;

/**
 * Says before anything is read whether adapters can be had.
 *
 * @throws AttuneError LORA_INVALID for adapters beside a new model, whose matrices would stay as random as they are, and for what
 * means something beside adapters only
 */
export function checkAdaptable(source: string, { lora, quantize, mergeAdapter }: Adapting): void {
  if (lora === undefined && quantize !== undefined)
    throw invalid(
      `quantize: expected lora beside it, got none: matrices in ${quantize} cannot be trained; add lora (--lora-r), or leave quantize out`,
    );
  if (lora === undefined && mergeAdapter !== undefined)
    throw invalid('mergeAdapter: expected lora beside it, got none to merge; add lora (--lora-r), or leave it out');
  if (lora !== undefined && source === 'new')
    throw invalid(
      'lora: expected a trained model beside it, got "new", whose frozen matrices would stay random; train it without lora first, or name another model',
    );
}

const invalid = (message: string) => new AttuneError('LORA_INVALID', message);

/** What of a model is read as codes: no module that is trained whole. */
export function quantising({
  task,
  lora,
  quantize: format,
}: Pick<PrepareOptions, 'task' | 'lora' | 'quantize'>): QuantiseOptions | undefined {
  if (format === undefined) return undefined;
  const usual = task.endsWith('-classification') ? ['classifier'] : [];
  return { format, keep: lora?.modulesToSave ?? usual };
}

interface AdapterOptions extends Pick<PrepareOptions, 'quantize' | 'mergeAdapter' | 'seed'> {
  readonly lora: LoraOptions;
  /** Parameters that came from no checkpoint: frozen, they would stay random. */
  readonly fresh: readonly string[];
}

/**
 * A prepared model, frozen, with new adapters. A new head is trained whole, unless `modulesToSave` says what is.
 *
 * @throws AttuneError LORA_INVALID and LORA_TARGET as `withLora`; LORA_MERGE for adapters that cannot be merged when all is done
 */
export function withAdapters(
  prepared: PreparedModel,
  { lora, seed, fresh, ...merging }: AdapterOptions,
): PreparedModel {
  const { model: base, parameters } = prepared;
  const modulesToSave = lora.modulesToSave ?? newModules(base.task, fresh);
  const model = withLora(base, { ...lora, ...(modulesToSave && { modulesToSave }) });
  if (mergesAdapter(merging)) checkMergeable(model);
  return { ...prepared, model, parameters: { ...parameters, ...initialiseAdapter(model, seed) } };
}

/** A classifier's head is trained whole as it is. */
function newModules(task: string, fresh: readonly string[]): readonly string[] | undefined {
  if (task.endsWith('-classification') || fresh.length === 0) return undefined;
  return [...new Set(fresh.map((name) => name.replace(/\.[^.]*$/, '')))];
}
