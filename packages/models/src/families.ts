import { bert } from './bert/forward';
import type { ModelType } from './checkpoint/formats';
import { distilbert } from './distilbert/forward';
import type { EncoderFamily, Family } from './encoder/family';
import type { FamilyHeads } from './heads/family-heads';
import { llama } from './llama/forward';

/** Encoders by `model_type`. */
export const encoders = { bert, distilbert } as const satisfies Partial<Readonly<Record<ModelType, EncoderFamily>>>;

/** Every family by `model_type`. */
export const families: Readonly<Record<ModelType, Family>> = { ...encoders, llama };

/** What a family calls the modules of one of its heads. */
export function modulesOf<Kind extends keyof FamilyHeads>(
  { modelType }: { readonly modelType: ModelType },
  kind: Kind,
): NonNullable<FamilyHeads[Kind]> {
  const modules = families[modelType].heads[kind];
  if (!modules) throw new RangeError(`modulesOf: a ${modelType} has no head ${kind}; give its family one`);
  return modules;
}
