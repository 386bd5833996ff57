import { describe } from '../../checkpoint/describe';
import { families } from '../../families';
import type { Model } from '../../model';
import { matchNames } from '../plan-reading';
import type { Weights } from './open-safetensors';

/** Prefixes that torch's wrappers add to names: DataParallel, `compile`, FSDP, activation checkpointing. */
const wrappers = /(?<=^|\.)(?:module|_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module)\./g;

export interface NotedPlace {
  /** Directory, for notes and errors. */
  readonly where: string;
  readonly onNote: (note: string) => void;
}

/**
 * The weights under the model's own names, if a wrapper's prefix is in their names: `module.bert.…`, `_orig_mod.model.…`, or any
 * prefix that all names share. Names that already fit are kept.
 */
export function withoutWrapper(weights: Weights, model: Model, { where, onNote }: NotedPlace): Weights {
  const names = [...weights.tensors.keys()];
  const missing = (own: readonly string[]) => missingOf(own, model);
  const best = candidates(names)
    .map((own) => ({ own, count: missing(own) }))
    .reduce((a, b) => (b.count < a.count ? b : a), { own: names, count: missing(names) });
  if (best.own === names) return weights;
  const changed = names.findIndex((name, i) => name !== best.own[i]);
  const example = `${describe(names[changed])} is read as ${describe(best.own[changed])}`;
  onNote(`${where}: the weights were saved from inside a wrapper, whose prefix is removed from each name: ${example}`);
  return renamed(weights, new Map(best.own.map((name, i) => [name, names[i]])));
}

/** Number of the encoder's or decoder's parameters that are not among the names. */
function missingOf(names: readonly string[], model: Model): number {
  const wanted = families[model.config.modelType].specs(model.config);
  return matchNames(names, model).missing.filter((name) => name in wanted).length;
}

/** Candidate names: without wrappers' prefixes, and without each prefix that all share; only if names stay distinct. */
function candidates(names: readonly string[]): (readonly string[])[] {
  const unwrapped = names.map((name) => name.replace(wrappers, ''));
  const found = [unwrapped];
  for (let own = unwrapped; ; ) {
    const first = own[0]?.split('.')[0];
    if (first === undefined || !own.every((name) => name.startsWith(`${first}.`))) break;
    own = own.map((name) => name.slice(first.length + 1));
    found.push(own);
  }
  return found.filter((own) => new Set(own).size === own.length);
}

/** Weights under new names: new name → name in the file. */
function renamed(weights: Weights, inFile: ReadonlyMap<string, string>): Weights {
  const nameOf = (name: string) => inFile.get(name) ?? name;
  return {
    ...weights,
    get hashes() {
      return weights.hashes;
    },
    tensors: new Map(Array.from(inFile, ([name, old]) => [name, weights.tensors.get(old)!])),
    read: (name) => weights.read(nameOf(name)),
    readInto: (name, target) => weights.readInto(nameOf(name), target),
    chunks: (name) => weights.chunks(nameOf(name)),
  };
}
