// Errors for an adapter and a base that do not match.
import { AttuneError } from '@attune/internal';
import { describe } from '../../checkpoint/describe';

interface Shapes {
  /** Vocabulary size of the base. */
  readonly vocabSize: number;
  /** Shape in the base. */
  readonly expected: readonly number[];
  readonly got: readonly number[];
}

/** A word table with another number of rows comes from `resize_token_embeddings`: PEFT saved the resized table, but the base was not saved. */
export function otherShape(file: string, name: string, { vocabSize, expected, got }: Shapes): AttuneError {
  const isTable = expected[0] === vocabSize && got.length === 2 && got[1] === expected[1];
  if (!isTable) return disagree(file, `${name} expected the shape [${expected}], got [${got}]`);
  const code = `from transformers import AutoModelForCausalLM as M; m = M.from_pretrained('BASE'); m.resize_token_embeddings(${got[0]}); m.save_pretrained('RESIZED')`;
  return new AttuneError(
    'ADAPTER_BASE',
    `${file}: ${describe(name)} has ${got[0]} rows, the base's table ${expected[0]}: the adapter was trained on a base whose embeddings were resized; resize the base with Python: python -c "${code}", and use it as the base`,
  );
}

export const disagree = (where: string, what: string) =>
  new AttuneError('ADAPTER_BASE', `${where}: ${what}; load the model that the adapter was trained on`);

/** Dimension of each matrix that is the rank. */
const rankIn = (name: string) => ({ A: 0, B: 1 })[/\.lora_([AB])\.weight$/.exec(name)?.[1] ?? ''];

interface OtherRank {
  readonly expected: readonly number[];
  readonly got: readonly number[];
}

/** Whether only the rank differs. */
export function isOtherRank(name: string, { expected, got }: OtherRank): boolean {
  const rank = rankIn(name);
  return rank !== undefined && got.length === 2 && got[1 - rank] === expected[1 - rank] && got[rank] !== expected[rank];
}

export function otherRank(file: string, { name, expected, got }: OtherRank & { readonly name: string }): AttuneError {
  const rank = rankIn(name)!;
  const shapes = `expected the shape [${expected}], of r ${expected[rank]} in adapter_config.json, got [${got}]`;
  return new AttuneError(
    'ADAPTER_BASE',
    `${file}: ${name} ${shapes}; write "r": ${got[rank]} there, or take both files of one adapter`,
  );
}
