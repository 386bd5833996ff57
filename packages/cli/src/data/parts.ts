// The training, validation and test parts of the data: from separate files, or from the split of one file.

import { equalTextGroups, parseFractions, split, takeRows } from '@attune/data';
import { counted } from '@attune/internal';
import type { TrainFlags } from '../options/train';
import { UsageError } from '../program/failure';
import { defaultSplits } from '../program/run-defaults';

/** The origin of each part of the data. */
export type PartsPlan =
  /** `--data` is split; the third part, if any, is the test part. */
  | {
      readonly kind: 'split';
      readonly fractions: readonly number[];
      readonly percents: string;
      readonly testData?: string;
    }
  /** All of `--data` is for training. */
  | { readonly kind: 'files'; readonly evalData: string; readonly testData?: string };

export type PlanFlags = Partial<Pick<TrainFlags, 'evalData' | 'testData' | 'split' | 'groupBy'>>;

/**
 * Combines `--eval-data`, `--test-data` and `--split` into a plan.
 *
 * @param usual how `--data` is split without `--split`; default 80/10/10, or 90/10 with test data
 * @throws UsageError if they contradict each other
 */
export function planParts({ evalData, testData, split: percents, groupBy }: PlanFlags, usual?: string): PartsPlan {
  if (evalData !== undefined) {
    if (percents !== undefined) throw contradicts('--split');
    if (groupBy !== undefined) throw contradicts('--group-by');
    return { kind: 'files', evalData, testData };
  }
  const shares = percents ?? usual ?? (testData === undefined ? defaultSplits.usual : defaultSplits.besideTest);
  const fractions = parseFractions(shares);
  if (testData !== undefined && fractions.length === 3)
    throw new UsageError(
      `--split: expected two parts, training and validation, with --test-data, got ${shares}; pass two, such as 90/10`,
    );
  return { kind: 'split', fractions, percents: shares, testData };
}

function contradicts(flag: string): UsageError {
  return new UsageError(
    `${flag}: cannot be used with --eval-data, which makes all of --data training data; remove one`,
  );
}

/** The number of parts that `--data` is split into; undefined if it is not split. */
export const partsOf = (plan: PartsPlan): number | undefined =>
  plan.kind === 'split' ? plan.fractions.length : undefined;

/** The files and the plan of the parts. */
export interface PartsRequest {
  /** `--data`. */
  readonly data: string;
  readonly plan: PartsPlan;
  readonly seed: number;
  readonly onNote: (note: string) => void;
}

export interface Parts<Examples> {
  readonly train: Examples;
  readonly validation?: Examples;
  readonly test?: Examples;
}

export interface SplitOptions {
  readonly fractions: readonly number[];
  readonly seed: number;
}

/** How the examples of a task are read and split. */
interface PartsReader<Examples, Split extends Parts<Examples>> {
  /** Reads a file. For a file other than `--data`, `training` holds the examples of `--data`. */
  read(path: string, training?: Examples): Promise<Examples>;
  split(examples: Examples, options: SplitOptions): Split;
  /** A text per example, which two parts must not share. */
  textsOf(examples: Examples): readonly string[];
  /** The noun for an example. */
  readonly unit: 'text' | 'sentence';
  /** Description of the split, which follows the percentages in a note: `, equal texts kept together`. */
  readonly splitBy: string;
}

/** Reads the parts of a plan, and notes their sizes and the texts that they share. */
export async function readParts<Examples, Split extends Parts<Examples>>(
  { data, plan, seed, onNote }: PartsRequest,
  reader: PartsReader<Examples, Split>,
): Promise<Parts<Examples> & Partial<Omit<Split, keyof Parts<Examples>>>> {
  const { textsOf, unit, splitBy } = reader;
  const examples = await reader.read(data);
  const readPart = async (name: string, path: string | undefined) => {
    if (path === undefined) return undefined;
    const part = await reader.read(path, examples);
    const texts = textsOf(part);
    const repeated = countRepeated(textsOf(examples), texts);
    if (repeated > 0)
      onNote(`${repeated} of ${counted(texts.length, `${name} ${unit}`)} are also in ${data}: scores will be too high`);
    return part;
  };
  const test = await readPart('test', plan.testData);
  const parts =
    plan.kind === 'files'
      ? { train: examples, validation: await readPart('validation', plan.evalData), test }
      : { test, ...reader.split(examples, { ...plan, seed }) };
  const sizes = Object.entries({ training: parts.train, validation: parts.validation, test: parts.test })
    .flatMap(([name, part]) => (part ? [`${textsOf(part).length.toLocaleString('en')} ${name}`] : []))
    .join(', ');
  onNote(`${sizes} ${unit}s${plan.kind === 'files' ? '' : `: split ${plan.percents}${splitBy}, seed ${seed}`}`);
  return parts as Parts<Examples> & Partial<Omit<Split, keyof Parts<Examples>>>;
}

/** Splits examples at random, those with equal texts kept together: training, validation and, with three fractions, test. */
export function splitTexts<Example>(
  examples: readonly Example[],
  textOf: (example: Example) => string,
  { fractions, seed }: SplitOptions,
) {
  const { parts } = split({ groups: equalTextGroups(examples.map(textOf)), fractions, seed });
  const [train, validation, test] = parts.map((rows) => takeRows({ examples }, rows).examples);
  return { train, validation, ...(test && { test }) };
}

/** Number of texts of a part that are also in the training part, ignoring case and white space. */
export function countRepeated(training: readonly string[], part: readonly string[]): number {
  const groups = equalTextGroups([...training, ...part]);
  const seen = new Set(groups.subarray(0, training.length));
  return groups.subarray(training.length).filter((group) => seen.has(group)).length;
}

/** Notes that results are those of the validation part, if there is no test part. */
export function noteNoTest({ test }: { readonly test?: unknown }, onNote: (note: string) => void): void {
  if (!test) onNote('results are reported on the validation part: there is no test part');
}

/** The parts, without the test part if it must not be used. */
export const seenParts = <Own extends { readonly test?: unknown }>(parts: Own, withoutTest: boolean): Own =>
  withoutTest ? { ...parts, test: undefined } : parts;
