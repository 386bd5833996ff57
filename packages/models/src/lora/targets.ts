import { AttuneError } from '@attune/engine';
import { describe } from '../checkpoint/_describe';
import { families } from '../families';
import type { Model } from '../model';
import { type LinearModule, linearModules, makesLogits } from './linear-modules';
import type { LoraOptions } from './options';

type Targets = Pick<LoraOptions, 'targetModules' | 'modulesToSave'>;

/** What of a model LoRA touches. */
export interface LoraTargets {
  readonly adapted: readonly LinearModule[];
  /** Parameters of the base that are trained whole. */
  readonly saved: ReadonlySet<string>;
}

/**
 * Finds the modules as PEFT does: a name of a list is a module's or the last parts of it, a string is a regular expression
 * of the whole name. What is saved whole is not adapted.
 *
 * @throws AttuneError LORA_TARGET for a name or a pattern that matches nothing
 * @see peft's `check_target_module_exists`
 */
export function loraTargets(model: Model, { targetModules, modulesToSave }: Targets): LoraTargets {
  const saved = new Set(modulesToSave?.flatMap((end) => savedParameters(model, end)) ?? usuallySaved(model));
  const modules = linearModules(model).filter(({ weight }) => !saved.has(weight));
  if (targetModules.length === 0) throw noTarget('targetModules', targetModules, modules);
  const patterns = typeof targetModules === 'string' ? [targetModules] : targetModules;
  const matches = typeof targetModules === 'string' ? matcherOf(targetModules) : undefined;
  const found = new Set(
    patterns.flatMap((pattern) => {
      const own = modules.filter(matches ?? (({ name }) => endsInParts(name, pattern)));
      if (own.length === 0) throw noTarget('targetModules', pattern, modules);
      return own;
    }),
  );
  return { adapted: modules.filter((module) => found.has(module)), saved };
}

export const endsInParts = (name: string, end: string) => name === end || name.endsWith(`.${end}`);

function matcherOf(pattern: string): (module: LinearModule) => boolean {
  if (pattern === 'all-linear') return (module) => !makesLogits(module);
  try {
    const whole = new RegExp(`^(?:${pattern})$`, 'u');
    return ({ name }) => whole.test(name);
  } catch (cause) {
    const message = `withLora: targetModules expected a regular expression, got ${describe(pattern)}; correct it, or give a list of names`;
    throw new AttuneError('LORA_TARGET', message, { cause });
  }
}

/** A new head learns nothing by LoRA: PEFT trains a classifier's whole. */
function usuallySaved(model: Model): readonly string[] {
  const { config, specs, task } = model;
  const ofEncoder = families[config.modelType].specs(config);
  if (task === 'own') return Object.keys(specs).filter((name) => !(name in ofEncoder));
  return task.endsWith('-classification') ? savedParameters(model, 'classifier') : [];
}

/** The module that a parameter is of. */
export const moduleOf = (parameter: string) => parameter.replace(/\.[^.]*$/, '');

/** As in PEFT, an end need not be a whole part: `classifier` is also DistilBERT's `pre_classifier`. */
function savedParameters({ specs }: Model, end: string): string[] {
  const found = Object.keys(specs).filter((name) => moduleOf(name).endsWith(end));
  if (found.length === 0) throw noTarget('modulesToSave', end, Object.keys(specs).map(moduleOf));
  return found;
}

function noTarget(where: string, got: unknown, known: readonly (LinearModule | string)[]): AttuneError {
  const names = known.map((module) => (typeof module === 'string' ? module : module.name));
  const what =
    where === 'targetModules' ? 'a name of a linear module that is not saved whole' : 'the end of a name of a module';
  return new AttuneError(
    'LORA_TARGET',
    `withLora: ${where} expected ${what}, got ${describe(got)}, which matches nothing; the model has ${names[0]} … ${names.at(-1)}`,
  );
}
