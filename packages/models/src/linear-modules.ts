import { families } from './families';
import { tokenClassifierModule } from './heads/classification';
import type { Model } from './model';

/** A linear module of a model that can be adapted. */
export interface LinearModule {
  /** Name in transformers: `model.layers.0.self_attn.q_proj`. */
  readonly name: string;
  /** The parameter that is its matrix; belongs to another module if the two are tied. */
  readonly weight: string;
  /** Columns of the matrix. */
  readonly inputs: number;
  /** Rows of the matrix. */
  readonly outputs: number;
  /** Whether it computes the logits. */
  readonly makesLogits: boolean;
}

const suffix = '.weight';

/** All linear modules except those of a custom head, which need not be computed by `linear`. */
export function linearModules({ config, specs, tied, task }: Model): LinearModule[] {
  const { specs: specsOf, heads } = families[config.modelType];
  const ofEncoder = specsOf(config);
  const names = Object.keys(specs).filter((name) => task !== 'custom' || name in ofEncoder);
  const all = [...names.map((name) => [name, name]), ...Object.entries(tied)];
  const ofLogits = [
    tokenClassifierModule,
    heads.sequenceClassification?.classifier,
    heads.lastTokenClassification?.classifier,
    heads.maskedLanguageModel?.decoder,
    heads.causalLanguageModel?.decoder,
  ];
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

/** The module of a parameter. */
export const moduleOf = (parameter: string): string => parameter.replace(/\.[^.]*$/, '');

/**
 * Whether the name of a module, or of a module that contains it, ends with `end`, as PEFT matches `modules_to_save`. The end need not be a whole
 * part: `classifier` also matches DistilBERT's `pre_classifier` and RoBERTa's `classifier.dense`.
 */
export function isWithin(module: string, end: string): boolean {
  const parts = module.split('.');
  return parts.some((_, i) =>
    parts
      .slice(0, i + 1)
      .join('.')
      .endsWith(end),
  );
}

/** Whether `end` is a module's whole name, or consists of its last parts. */
export const endsInParts = (name: string, end: string): boolean => name === end || name.endsWith(`.${end}`);
