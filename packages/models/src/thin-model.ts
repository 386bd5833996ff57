import type { HostTensor } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import { isInFile } from './checkpoint/config-format';
import { parseModelConfig } from './config';
import { families, formatOf } from './families';
import { type Model, modelForTask, type TaskLossOptions } from './model';

/** Options of `thinModel`. */
export interface ThinOptions {
  /** Indices of the layers to keep, from 0, in rising order. */
  readonly layers: readonly number[];
  /** Options of the thinner model's loss; default none. */
  readonly loss?: TaskLossOptions;
}

/** A model and its parameters. */
interface Sized {
  /** The model with its head. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: Readonly<Record<string, HostTensor>>;
}

/**
 * A model with some of another model's layers, with its embeddings and head: a starting point for a student of the same family.
 * Parameters are shared, not copied.
 *
 * @throws AttuneError MODEL_LAYERS for layers that do not exist or are not in rising order
 * @example
 * const half = thinModel(loaded, { layers: [0, 2, 4] }); // half.model.config.layers is 3
 * @see Sanh et al.: DistilBERT (2019), which starts from one layer of two
 */
export function thinModel(
  { model, parameters }: Sized,
  { layers, loss }: ThinOptions,
): {
  /** The thinner model, with the same head. */
  readonly model: Model;
  /** Its parameters, by name. */
  readonly parameters: Record<string, HostTensor>;
} {
  const { config, task } = model;
  checkLayers(layers, config.layers);
  if (task === 'custom') throw new RangeError('thinModel: expected a model with the head of a task, got a custom head');
  const thin = modelForTask(thinConfig(config, layers), task, loss);
  const from = namesFrom(model, layers);
  return {
    model: thin,
    parameters: Object.fromEntries(Object.keys(thin.specs).map((name) => [name, parameters[from.get(name) ?? name]])),
  };
}

/** @throws AttuneError MODEL_LAYERS */
function checkLayers(layers: readonly number[], count: number): void {
  const isRising = layers.every((layer, i) => i === 0 || layer > layers[i - 1]);
  const isThere = (layer: number) => Number.isInteger(layer) && layer >= 0 && layer < count;
  if (layers.length > 0 && isRising && layers.every(isThere)) return;
  const half = Array.from({ length: Math.ceil(count / 2) }, (_, i) => 2 * i);
  throw new AttuneError(
    'MODEL_LAYERS',
    `studentLayers: expected some of the model's ${count} layers, 0 to ${count - 1}, in rising order, got ${layers.join(',') || 'none'}; for every second one: --student-layers ${half.join(',')}`,
  );
}

/** Adapts fields of `config.json` that list layers, such as a decoder's, to the kept layers. */
function thinConfig(config: Model['config'], layers: readonly number[]): Model['config'] {
  const { original, labels, problemType, modelType, decoder } = config;
  const field = formatOf(modelType).fields.layers;
  const looksBack = decoder?.window?.layers;
  const { layer_types: types } = original;
  const json = {
    ...original,
    [isInFile(field) ? field.name : 'num_hidden_layers']: layers.length,
    ...(looksBack && {
      layer_types: layers.map((layer) => (looksBack[layer] ? 'sliding_attention' : 'full_attention')),
    }),
    ...(Array.isArray(types) && { layer_types: layers.map((layer) => types[layer]) }),
  };
  const parsed = parseModelConfig(json, 'studentLayers', { usesLabels: false });
  return { ...parsed, labels, ...(problemType && { problemType }) };
}

/** Whole model's name of each parameter of the kept layers. */
function namesFrom({ config }: Model, layers: readonly number[]): ReadonlyMap<string, string> {
  const { specs } = families[config.modelType];
  const namesOf = (layer: number) => {
    const [before, after] = [layer, layer + 1].map((count) => specs({ ...config, layers: count }));
    return Object.keys(after).filter((name) => !(name in before)); // in the same order for every layer
  };
  return new Map(
    layers.flatMap((layer, i) => {
      const own = namesOf(layer);
      return namesOf(i).map((name, at): [string, string] => [name, own[at]]);
    }),
  );
}
