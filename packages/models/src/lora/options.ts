import { AttuneError } from '@attune/internal';
import { describe } from '../checkpoint/describe';
import { classifierModule, families } from '../families';
import { endsInParts, isWithin, type LinearModule, linearModules, moduleOf } from '../linear-modules';
import type { Model } from '../model';
import { isQuantized } from '../quantized/quantized';

/** Options of LoRA; names and meanings as in PEFT's `LoraConfig`. */
export interface LoraOptions {
  /** Rank: rows of A, columns of B. */
  readonly r: number;
  /** B·A is scaled by alpha / r, or by alpha / √r with `useRslora`. Default twice the rank. */
  readonly alpha?: number;
  /** Dropout rate of the adapters' input; default 0. */
  readonly dropout?: number;
  /**
   * Linear modules to adapt: last parts of names (`['q_proj', 'mlp.up_proj']`), a regular expression for whole
   * names, or `all-linear` (default), all linear modules except the one that computes the logits.
   */
  readonly targetModules?: string | readonly string[];
  /** Divides alpha by √r instead of r; default false. */
  readonly useRslora?: boolean;
  /**
   * Ends of names of modules that are trained and saved in full; default `classifier` for a classifier, all modules of a custom head,
   * none for a language model. Training adds modules that the checkpoint lacks.
   */
  readonly modulesToSave?: readonly string[];
}

/** Options of LoRA with resolved defaults. Records name them, so that later changes of defaults do not affect earlier runs. */
export interface ResolvedLoraOptions extends LoraOptions {
  /** B·A is scaled by alpha / r, or by alpha / √r with `useRslora`. */
  readonly alpha: number;
  /** Linear modules to adapt, as in `LoraOptions`. */
  readonly targetModules: string | readonly string[];
}

/** Default alpha as a multiple of the rank, as in most PEFT recipes. PEFT's own default of 8 for every rank weakens large ranks. */
const alphaPerRank = 2;

/**
 * Options of LoRA with defaults resolved: alpha is twice the rank, all linear modules are targets.
 *
 * @example resolvedLora({ r: 8 }) // { r: 8, alpha: 16, targetModules: 'all-linear' }
 */
export function resolvedLora(options: LoraOptions): ResolvedLoraOptions {
  const { r, alpha = alphaPerRank * r, targetModules = 'all-linear' } = options;
  return { ...options, alpha, targetModules };
}

/** @throws AttuneError LORA_INVALID for an option out of range */
export function checkLoraOptions({ r, alpha, dropout = 0 }: ResolvedLoraOptions): void {
  if (!(Number.isInteger(r) && r >= 1)) throw invalid('r', 'an integer ≥ 1', r);
  if (!(Number.isFinite(alpha) && alpha > 0)) throw invalid('alpha', 'a number > 0', alpha);
  if (!(dropout >= 0 && dropout < 1)) throw invalid('dropout', 'a number in [0, 1)', dropout);
}

/** Scale of B·A. @see Kalajdzievski: A Rank Stabilization Scaling Factor (2023), for rsLoRA */
export const scaleOf = ({ r, alpha, useRslora = false }: ResolvedLoraOptions): number =>
  alpha / (useRslora ? Math.sqrt(r) : r);

const invalid = (name: string, expected: string, got: unknown) =>
  new AttuneError('LORA_INVALID', `withLora: ${name} expected ${expected}, got ${describe(got)}; correct it`);

type Targets = Pick<ResolvedLoraOptions, 'targetModules' | 'modulesToSave'>;

/** Parts of a model that LoRA trains. */
export interface LoraTargets {
  readonly adapted: readonly LinearModule[];
  /** Parameters of the base that are trained in full. */
  readonly saved: ReadonlySet<string>;
}

/**
 * Finds modules as PEFT does: a name in a list is the name of a module or its last parts; a string is a regular expression
 * for the whole name. Modules that are trained in full are not adapted.
 *
 * @throws AttuneError LORA_TARGET for a name or a pattern that matches nothing
 * @see peft's `check_target_module_exists`
 */
export function loraTargets(model: Model, { targetModules, modulesToSave }: Targets): LoraTargets {
  const saved = new Set(
    modulesToSave?.flatMap((end) => savedParameters(model, end, modulesToSave)) ?? usuallySaved(model),
  );
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

function matcherOf(pattern: string): (module: LinearModule) => boolean {
  if (pattern === 'all-linear') return ({ makesLogits }) => !makesLogits;
  try {
    const whole = new RegExp(targetPattern(pattern));
    return ({ name }) => whole.test(name);
  } catch (cause) {
    const message = `withLora: targetModules expected a regular expression, got ${describe(pattern)}; correct it, or give a list of names`;
    throw new AttuneError('LORA_TARGET', message, { cause });
  }
}

/** The JavaScript pattern of one that Python applies to a whole name. Python writes named groups otherwise, and has `\A` and `\Z`. */
export const targetPattern = (pattern: string): string =>
  `^(?:${pattern.replace(/\(\?P</g, '(?<').replace(/\\[AZ]/g, '')})$`;

/** LoRA cannot train a new head: PEFT trains a classifier in full. */
function usuallySaved(model: Model): readonly string[] {
  const { config, specs, task } = model;
  const ofEncoder = families[config.modelType].specs(config);
  if (task === 'custom') return Object.keys(specs).filter((name) => !(name in ofEncoder));
  return task.endsWith('-classification') ? savedParameters(model, classifierModule(model.config.modelType)) : [];
}

/** A module that is to be trained in full, but whose matrix is quantized. */
export function quantizedModule(base: Model, { saved }: LoraTargets): string | undefined {
  const weight = isQuantized(base) ? [...base.quantized.weights].find((name) => saved.has(name)) : undefined;
  return weight === undefined ? undefined : moduleOf(weight);
}

function savedParameters(model: Model, end: string, ends: readonly string[] = [end]): string[] {
  const { specs, tied } = model;
  const found = Object.keys(specs).filter((name) => isWithin(moduleOf(name), end));
  if (found.length > 0) return found;
  const [shared] = Object.entries(tied).filter(([name]) => isWithin(moduleOf(name), end));
  if (shared === undefined) throw noTarget('modulesToSave', end, Object.keys(specs).map(moduleOf));
  const owner = moduleOf(shared[1]);
  if (ends.some((other) => isWithin(owner, other))) return [];
  throw new AttuneError(
    'LORA_TARGET',
    `withLora: modulesToSave expected a module with its own matrix, got ${describe(end)}, which shares that of ${owner}; name ${owner} instead, which trains both`,
  );
}

/**
 * The modules to save of a model that is to be trained: those given, or else the usual ones, and new modules, which would stay random.
 *
 * @returns undefined for the usual ones
 * @example withLora(model, { r: 8, modulesToSave: modulesToTrain(model, { fresh: ['bert.pooler.dense.weight'] }) }) // classifier and pooler
 */
export function modulesToTrain(
  { config, task }: Model,
  {
    given,
    fresh,
  }: {
    /** As `modulesToSave` of `LoraOptions`; default the usual ones. */
    readonly given?: readonly string[];
    /** Parameters that the checkpoint lacks. */
    readonly fresh: readonly string[];
  },
): readonly string[] | undefined {
  const named = given ?? (task.endsWith('-classification') ? [classifierModule(config.modelType)] : []);
  const others = fresh.map(moduleOf).filter((module) => !named.some((end) => isWithin(module, end)));
  if (given === undefined && others.length === 0) return undefined;
  return [...new Set([...named, ...others])];
}

function noTarget(where: string, got: unknown, known: readonly (LinearModule | string)[]): AttuneError {
  const names = known.map((module) => (typeof module === 'string' ? module : module.name));
  const what =
    where === 'targetModules'
      ? 'the name of a linear module that is not in modulesToSave'
      : 'the end of a name of a module';
  return new AttuneError(
    'LORA_TARGET',
    `withLora: ${where} expected ${what}, got ${describe(got)}, which matches nothing; the model has ${names[0]} … ${names.at(-1)}`,
  );
}
