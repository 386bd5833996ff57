import { families } from './families';
import type { Model } from './model';

/** A linear module of a model that can be adapted. */
export interface LinearModule {
  /** As transformers calls it: `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  /** The parameter that is its matrix: another module's where the two are tied. */
  readonly weight: string;
  /** Columns of the matrix. */
  readonly inputs: number;
  /** Rows of the matrix. */
  readonly outputs: number;
  /** Whether it makes the logits. */
  readonly makesLogits: boolean;
}

const suffix = '.weight';

/** Every linear module but those of a custom head, which may not be computed by `linear` at all. */
export function linearModules({ config, specs, tied, task }: Model): LinearModule[] {
  const { specs: specsOf, heads } = families[config.modelType];
  const ofEncoder = specsOf(config);
  const names = Object.keys(specs).filter((name) => task !== 'custom' || name in ofEncoder);
  const all = [...names.map((name) => [name, name]), ...Object.entries(tied)];
  const ofLogits = ['classifier', heads.maskedLanguageModel?.decoder, heads.causalLanguageModel?.decoder];
  return all
    .filter(
      ([name, weight]) => name.endsWith(suffix) && specs[weight].shape.length === 2 && specs[name]?.role !== 'table',
    )
    .map(([parameter, weight]) => {
      const [outputs, inputs] = specs[weight].shape;
      const name = moduleOf(parameter);
      return { name, weight, inputs, outputs, makesLogits: ofLogits.includes(name) };
    });
}

/** The module that a parameter is of. */
export const moduleOf = (parameter: string): string => parameter.replace(/\.[^.]*$/, '');

/** Whether `end` is a module's whole name, or the last parts of it. */
export const endsInParts = (name: string, end: string): boolean => name === end || name.endsWith(`.${end}`);
