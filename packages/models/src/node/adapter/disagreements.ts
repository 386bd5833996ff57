// What is said where an adapter and its base are of different models.
import { AttuneError } from '@attune/internal';
import { describe } from '../../checkpoint/describe';

interface Shapes {
  /** Of the base. */
  readonly vocabSize: number;
  /** The base's. */
  readonly expected: readonly number[];
  readonly got: readonly number[];
}

/** A table of words with other rows is the base's after `resize_token_embeddings`: it was saved by PEFT, and the base was not. */
export function otherShape(file: string, name: string, { vocabSize, expected, got }: Shapes): AttuneError {
  const isTable = expected[0] === vocabSize && got.length === 2 && got[1] === expected[1];
  if (!isTable) return disagree(file, `${name} expected the shape [${expected}], got [${got}]`);
  const code = `from transformers import AutoModelForCausalLM as M; m = M.from_pretrained('BASE'); m.resize_token_embeddings(${got[0]}); m.save_pretrained('RESIZED')`;
  return new AttuneError(
    'ADAPTER_BASE',
    `${file}: ${describe(name)} has ${got[0]} rows, the base's table ${expected[0]}: the adapter was trained on a base whose embeddings were resized; resize the base with Python: python -c "${code}", and load the adapter beside that`,
  );
}

export const disagree = (where: string, what: string) =>
  new AttuneError('ADAPTER_BASE', `${where}: ${what}; load the model that the adapter was trained on`);

/** Which dimension of a matrix is the rank. */
const rankIn = (name: string) => ({ A: 0, B: 1 })[/\.lora_([AB])\.weight$/.exec(name)?.[1] ?? ''];

interface OtherRank {
  readonly expected: readonly number[];
  readonly got: readonly number[];
}

/** Whether the rank alone is another one. */
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
