import { families } from './families';
import type { Model } from './model';

/** A linear module of a model that can be adapted. */
export interface LinearModule {
  /** As transformers calls it: `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  /** The parameter that is its matrix: another module's where the two are tied. */
  readonly weight: string;
  readonly inputs: number;
  readonly outputs: number;
}

const suffix = '.weight';

/** Every linear module but those of a custom head, which may not be computed by `linear` at all. */
export function linearModules({ config, specs, tied, task }: Model): LinearModule[] {
  const ofEncoder = families[config.modelType].specs(config);
  const names = Object.keys(specs).filter((name) => task !== 'custom' || name in ofEncoder);
  const all = [...names.map((name) => [name, name]), ...Object.entries(tied)];
  return all
    .filter(([name, weight]) => name.endsWith(suffix) && specs[weight].shape.length === 2 && !isTable(name))
    .map(([name, weight]) => {
      const [outputs, inputs] = specs[weight].shape;
      return { name: name.slice(0, -suffix.length), weight, inputs, outputs };
    });
}

/** Rows of a table of embeddings are looked up, not multiplied. */
const isTable = (name: string) => name.includes('embed');

/** Whether a module makes the logits. */
export const makesLogits = ({ name }: LinearModule): boolean =>
  /(^|\.)(classifier|lm_head|predictions\.decoder|vocab_projector)$/.test(name);

/** The module that a parameter is of. */
export const moduleOf = (parameter: string): string => parameter.replace(/\.[^.]*$/, '');

/** Whether `end` is a module's whole name, or the last parts of it. */
export const endsInParts = (name: string, end: string): boolean => name === end || name.endsWith(`.${end}`);
