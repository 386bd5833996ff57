import { suggest } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { layerOf, type Model } from '@attune/models';

/** What of a model keeps its values; both may be given. */
export interface FreezeArguments {
  /** Names of parameters, in which `*` stands for anything: `bert.embeddings.*`. */
  readonly freeze?: readonly string[];
  /** The embeddings and so many of the first layers; 0 is the embeddings alone. */
  readonly freezeLayers?: number;
}

/** A model as far as it matters to what is trained of it. */
export interface Trainable extends Pick<Model, 'config' | 'specs'> {
  /** Of a model with adapters: whether a parameter is trained at all. */
  readonly trains?: (parameter: string) => boolean;
}

/**
 * The parameters that keep their values.
 *
 * A frozen parameter has no gradient computed, and below the lowest trained one nothing is derived at all.
 *
 * @throws AttuneError FREEZE_INVALID for a pattern that matches nothing, more layers than there are, or where nothing is
 * left to train
 * @example
 * frozenParameters({ freeze: ['*.LayerNorm.*'], freezeLayers: 2 }, model);
 */
export function frozenParameters({ freeze = [], freezeLayers }: FreezeArguments, model: Trainable): Set<string> {
  const names = Object.keys(model.specs);
  const frozen = new Set(freeze.flatMap((pattern) => matching(pattern, names)));
  if (freezeLayers !== undefined) for (const name of firstLayers(freezeLayers, model)) frozen.add(name);
  if (names.every((name) => frozen.has(name) || model.trains?.(name) === false))
    throw invalid('freeze', 'a parameter left to train', 'all of them frozen; freeze less');
  return frozen;
}

function firstLayers(count: number, { config, specs }: Trainable): string[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= config.layers))
    throw invalid('freezeLayers', `an integer in [0, ${config.layers}], the model's layers`, `${count}`);
  return Object.keys(specs).filter((name) => layerOf(config, name) <= count);
}

function matching(pattern: string, names: readonly string[]): readonly string[] {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`);
  const found = names.filter((name) => whole.test(name));
  if (found.length > 0) return found;
  const near = suggest(pattern, [...names, ...modulePatterns(names)]);
  const advice = near === undefined ? `; the model has ${names[0]} … ${names.at(-1)}` : `; did you mean "${near}"?`;
  throw invalid('freeze', "a pattern that matches a parameter's name", `"${pattern}"${advice}`);
}

/** `a.*` and `a.b.*` of a parameter `a.b.weight`. */
function modulePatterns(names: readonly string[]): Set<string> {
  const patterns = names.flatMap((name) => {
    const parts = name.split('.');
    return parts.slice(1).map((_, i) => `${parts.slice(0, i + 1).join('.')}.*`);
  });
  return new Set(patterns);
}

function invalid(where: string, expected: string, got: string): AttuneError {
  return new AttuneError('FREEZE_INVALID', `${where}: expected ${expected}, got ${got}`);
}
