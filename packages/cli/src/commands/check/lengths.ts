// Lengths of texts: in tokens of a model, with the number of texts that would be truncated, or in words.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseJson } from '@attune/internal';
import { parseModelConfig } from '@attune/models';
import { resolveModelSource } from '@attune/models/node';
import type { Tokenizer } from '@attune/tokenizer';
import { loadTokenizer } from '@attune/tokenizer/node';
import { causalExamples } from '@attune/train';
import { endTokenIn, modelSourceOf, usualMaxLength } from '@attune/train/node';
import { downloadListener } from '../../program/listener';
import type { Io } from '../../program/process';
import { printNote } from '../../program/terminal';
import { percentile } from '../tokenize/stats';
import type { CheckFlags } from './options';
import type { ReadFile } from './read';

/** Lengths of texts. */
export interface Lengths {
  readonly unit: 'tokens' | 'words';
  readonly median: number;
  readonly p95: number;
  readonly p99: number;
  readonly longest: number;
  /** The length at which texts are truncated, if known. */
  readonly maxLength?: number;
  /** Number of longer texts. */
  readonly cut?: number;
}

/** Returns a function that measures lengths: in tokens of `--model`, or without it in words. */
export async function lengthMeter(
  { model, revision, maxLength }: Pick<CheckFlags, 'model' | 'revision' | 'maxLength'>,
  { stderr }: Pick<Io, 'stderr'>,
): Promise<(file: Inputs) => Lengths> {
  if (model === undefined || model === 'new') return ({ inputs }) => lengthsOf(inputs.map(wordsIn), 'words');
  const place = await resolveModelSource(modelSourceOf(model), { revision, onProgress: downloadListener(stderr) });
  const tokenizer = await loadTokenizer(place, { onNote: (note) => printNote(stderr, note) });
  const most = maxLength ?? (await usualLengthOf(place, tokenizer));
  const endTokenId = await endTokenIn(place, tokenizer);
  const lengthsIn = ({ inputs, completions }: Inputs) =>
    completions
      ? causalExamples(completions, { tokenizer, endTokenId }).sequences.map(({ ids }) => ids.length)
      : inputs.map((input) => tokensIn(tokenizer, input));
  return (file) => lengthsOf(lengthsIn(file), 'tokens', most);
}

type Inputs = Pick<ReadFile, 'inputs' | 'completions'>;

const wordsIn = (input: ReadFile['inputs'][number]): number =>
  [input].flat().reduce((sum, text) => sum + (text.match(/\S+/g)?.length ?? 0), 0);

function tokensIn(tokenizer: Tokenizer, input: ReadFile['inputs'][number]): number {
  const whole = { truncation: false, padding: false } as const;
  return typeof input === 'string'
    ? tokenizer.encodeBatch([input], whole).ids.length
    : tokenizer.encodePair(input[0], input[1], whole).ids.length;
}

/** Default maximum length of a model; undefined where neither config.json nor the tokenizer has one. */
async function usualLengthOf(directory: string, tokenizer: Tokenizer): Promise<number | undefined> {
  const maxPositions = await maxPositionsOf(directory);
  return maxPositions === undefined
    ? tokenizer.modelMaxLength
    : usualMaxLength({ config: { maxPositions }, tokenizer });
}

async function maxPositionsOf(directory: string): Promise<number | undefined> {
  const path = join(directory, 'config.json');
  const config = parseJson(await readFile(path, 'utf8').catch(() => '{}')) as Readonly<Record<string, unknown>>;
  try {
    return parseModelConfig(config, path, { usesLabels: false }).maxPositions;
  } catch {
    const positions = config.max_position_embeddings ?? config.n_positions; // of a family that is not supported
    return typeof positions === 'number' ? positions : undefined;
  }
}

function lengthsOf(all: readonly number[], unit: Lengths['unit'], maxLength?: number): Lengths {
  const counts = new Map<number, number>();
  for (const length of all) counts.set(length, (counts.get(length) ?? 0) + 1);
  const lengths = [...counts].sort(([a], [b]) => a - b);
  const stats = { texts: all.length, tokens: 0, unknown: 0, lengths };
  const [median, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(stats, share));
  const longest = lengths.at(-1)?.[0] ?? 0;
  const cut = maxLength === undefined ? undefined : all.filter((length) => length > maxLength).length;
  return { unit, median, p95, p99, longest, ...(maxLength !== undefined && { maxLength, cut: cut! }) };
}
