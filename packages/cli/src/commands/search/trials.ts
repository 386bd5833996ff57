// The trials of a search: the options they share, the options of each, and a training that reports one number.

import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { readJsonObject } from '@attune/internal/node';
import { type TrainingArguments, trainingArguments } from '@attune/train';
import { recordedRun, resumeOrStart, sampleParameters, type TrialParameters } from '@attune/train/node';
import { withConfigFile } from '../../config/stored-options';
import { planParts } from '../../data/parts';
import { type TrainFlags, trainOptions } from '../../options/train';
import { trainingOptions } from '../../options/training';
import { dashed, flagName, parseFlags, type TypedOptions } from '../../program/command';
import { UsageError } from '../../program/failure';
import type { Io, OutputStream } from '../../program/process';
import { taskOf } from '../../tasks';
import { runTrain } from '../train/run';
import { argumentsIn } from '../train/settings';
import type { ReadSpace } from './space';

interface SharedFlags {
  readonly config: string;
  readonly metricForBestModel?: string;
}

const unevaluated = 'evalStrategy: expected epoch or steps, got no, but trials are compared by their evaluations';

/** Options that the search sets itself. */
const decidedBySearch = ['out', 'overwrite', 'resume', 'json'];

/**
 * The options of `attune train` that all trials share, including the metric to optimize under its canonical name.
 *
 * @throws UsageError for a config without evaluations to compare trials by; AttuneError ARGUMENT_INVALID for an unknown metric; as `withConfigFile`
 */
export async function readShared({ config, metricForBestModel }: SharedFlags): Promise<TypedOptions> {
  const options = await withConfigFile({ config }, trainOptions);
  if (options.evalStrategy === 'no') throw new UsageError(`${config}: ${unevaluated}`);
  if (options.folds !== undefined)
    throw new UsageError(
      `${config}: folds: not used by attune search, which compares trials on one validation part; remove it`,
    );
  const shared = Object.entries(options).filter(([name]) => !decidedBySearch.includes(name));
  const typed = {
    metricForBestModel: 'loss',
    ...Object.fromEntries(shared),
    ...(metricForBestModel && { metricForBestModel }),
  };
  return { ...typed, metricForBestModel: trialOptions(typed, {}, 'trial').arguments.metricForBestModel };
}

/**
 * The shared options of a search, with the adapter defaults that applied when it was started, as recorded by the first trial. So a resumed
 * search trains and reports the same trials.
 */
export async function sharedAsBegun(shared: TypedOptions, out: string): Promise<TypedOptions> {
  if (shared.loraR === undefined) return shared;
  const { arguments: args, lora } = await recordedRun(join(out, 'trial-1', 'rung-1'));
  const { learningRate } = args;
  const begun = { ...(lora && { loraAlpha: lora.alpha }), ...(learningRate !== undefined && { learningRate }) };
  return { ...begun, ...shared };
}

/** The options of a trial, for `attune train`. */
interface TrialOptions {
  readonly typed: TypedOptions;
  readonly flags: TrainFlags;
  readonly arguments: TrainingArguments;
}

/** Combines the shared options with the parameters of a trial. A test file is never opened. */
export function trialOptions(shared: TypedOptions, parameters: TrialParameters, out: string): TrialOptions {
  const { testData: _, ...others } = shared;
  const typed = { ...others, ...splitBesideTest(shared, out), ...parameters, out };
  const flags = parseFlags(trainOptions, typed);
  return { typed, flags, arguments: trainingArguments(argumentsIn(flags)) };
}

/** The split of a run with a test file: without that file, a trial would also split off a test part. */
function splitBesideTest(shared: TypedOptions, out: string): { readonly split?: string } {
  const flags = parseFlags(trainOptions, { ...shared, out });
  const plan = planParts(flags, taskOf(flags).split);
  return flags.testData !== undefined && plan.kind === 'split' ? { split: plan.percents } : {};
}

/** The length of a full training: in steps if they are limited, otherwise in epochs. */
const lengthOf = ({ maxSteps, numTrainEpochs }: TrainingArguments) => maxSteps ?? numTrainEpochs;

/** Limits parameters to a share of the full training, at least one step or epoch. */
export function withBudget(parameters: TrialParameters, budget: number, args: TrainingArguments): TrialParameters {
  if (budget === 1) return parameters;
  const length = Math.max(1, Math.round(lengthOf(args) * budget));
  return { ...parameters, [args.maxSteps === undefined ? 'numTrainEpochs' : 'maxSteps']: length };
}

interface PlannedTrials {
  readonly trials: number;
  readonly seed: number;
}

/**
 * Checks the options of every trial before the first one trains.
 *
 * @returns the length of the longest full training
 *
 * @throws AttuneError SEARCH_SPACE with the place of a parameter whose values are not valid in training
 */
export function checkTrials(
  shared: TypedOptions,
  { space, where }: ReadSpace,
  { trials, seed }: PlannedTrials,
): number {
  trialOptions(shared, {}, 'trial'); // errors of the shared options are not errors of the space
  const lengths = Array.from({ length: trials }, (_, i) => {
    const parameters = sampleParameters(space, { seed, trial: i + 1 });
    try {
      const args = trialOptions(shared, parameters, 'trial').arguments;
      if (args.evalStrategy === 'no') throw new UsageError(unevaluated);
      return lengthOf(args);
    } catch (cause) {
      throw spaceError(cause as Error, parameters, where);
    }
  });
  return Math.max(...lengths);
}

function spaceError(cause: Error, parameters: TrialParameters, where: ReadSpace['where']): Error {
  const names = Object.keys(parameters);
  const option = cause.message.match(/^[-\w]+/)?.[0] ?? '';
  const name = names.find((one) => [one, dashed(one), flagName(one, trainingOptions)].includes(option));
  if (name === undefined) return cause;
  const problem = cause.message.slice(option.length).replace(/^: /, '').split('\n')[0];
  const advice = problem.includes('an integer') ? '; add "integer": true, or change the values' : '; change the values';
  return new AttuneError('SEARCH_SPACE', `${where(name)}: ${problem}${advice}`, { cause });
}

/** Directories of a trial that are removed once its metric is known. */
const bulky = ['checkpoints', 'model', 'adapter'];

/**
 * Trains as `attune train` does, without the test part. An interrupted run continues from its newest checkpoint; the metrics
 * of a completed one are only read.
 *
 * @returns the metric of the best evaluation on the validation part; NaN for a training that diverged
 */
export async function runTrial({ typed, flags }: TrialOptions, metric: string, io: Io): Promise<number> {
  const { out } = flags;
  const value = async () => {
    if (await endedIn(out)) return valueIn(out, metric);
    await resumeOrStart(out, (start) =>
      runTrain({ typed, io, flags: { ...flags, ...start, json: false } }, { withoutTest: true }),
    );
    return valueIn(out, metric);
  };
  const result = await value().catch((error) => {
    if (error?.code !== 'TRAINING_DIVERGED') throw error;
    return Number.NaN;
  });
  for (const name of bulky) await rm(join(out, name), { recursive: true, force: true });
  return result;
}

const endedIn = (run: string) =>
  readFile(join(run, 'summary.json')).then(
    () => true,
    () => false,
  );

function logged(line: string, where: string): Readonly<Record<string, unknown>> {
  try {
    return { ...(parseJson(line) as object) };
  } catch (cause) {
    const advice = 'remove the directory of this trial, and continue with --resume';
    throw new AttuneError(
      'RUN_CONFIG',
      `${where}: expected a line of training metrics, got ${reasonOf(cause)}; ${advice}`,
      {
        cause,
      },
    );
  }
}

/** The metric at the step of the run's best model. */
async function valueIn(run: string, metric: string): Promise<number> {
  const { bestStep } = (await readJsonObject(join(run, 'summary.json'))) ?? {};
  const lines = (await readFile(join(run, 'metrics.jsonl'), 'utf8')).trimEnd().split('\n');
  const best = lines
    .map((line, i) => logged(line, `${join(run, 'metrics.jsonl')} line ${i + 1}`))
    .find(({ type, step }) => type === 'eval' && step === bestStep)?.[metric];
  if (typeof best === 'number') return best;
  throw new AttuneError(
    'SEARCH_METRIC',
    `${join(run, 'metrics.jsonl')}: expected ${metric} of step ${bestStep}, found none; choose another --metric`,
  );
}

/**
 * Limits the output of a trial to its progress line and to notes, each once per search. Epochs and results are omitted, because the
 * search prints a line per trial.
 */
export function trialIo(io: Io): Io {
  const printed = new Set<string>();
  const { stderr, signal } = io;
  const write = (text: string) => {
    if (text.endsWith('\r')) return stderr.write(text);
    if (!text.includes('note:') || printed.has(text) || signal?.aborted) return;
    printed.add(text);
    stderr.write(text);
  };
  return { ...io, stdout: streamInto(() => {}), stderr: streamInto(write, stderr) };
}

function streamInto(take: (text: string) => void, like?: OutputStream): OutputStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      take(`${chunk}`);
      done();
    },
  });
  return Object.assign(stream, { isTTY: like?.isTTY ?? false, columns: like?.columns });
}
