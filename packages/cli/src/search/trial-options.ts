import { AttuneError } from '@attune/engine';
import { type TrainingArguments, trainingArguments } from '@attune/train';
import { sampleParameters, type TrialParameters } from '@attune/train/node';
import type { TypedOptions } from '../command';
import { type TrainFlags, trainOptions } from '../commands/train';
import { trainingOptions } from '../commands/training-options';
import { dashed, flagName, parseFlags } from '../flags';
import { planParts } from '../train/plan-parts';
import { taskOf } from '../train/tasks';
import type { ReadSpace } from './read-space';

/** The options that a trial gives to `attune train`. */
export interface TrialOptions {
  readonly typed: TypedOptions;
  readonly flags: TrainFlags;
  readonly arguments: TrainingArguments;
}

/** The shared options with a trial's own. A test file is not even opened. */
export function trialOptions(shared: TypedOptions, parameters: TrialParameters, out: string): TrialOptions {
  const { testData: _, ...others } = shared;
  const typed = { ...others, ...splitBesideTest(shared, out), ...parameters, out };
  const flags = parseFlags(trainOptions, typed);
  const names = Object.keys(trainingOptions) as (keyof TrainingArguments)[];
  return { typed, flags, arguments: trainingArguments(Object.fromEntries(names.map((name) => [name, flags[name]]))) };
}

/** Without its test file a run would split a test part off: the parts have to be those of a run that has it. */
function splitBesideTest(shared: TypedOptions, out: string): { readonly split?: string } {
  const flags = parseFlags(trainOptions, { ...shared, out });
  const plan = planParts(flags, taskOf(flags).split);
  return flags.testData !== undefined && plan.kind === 'split' ? { split: plan.percents } : {};
}

/** How long a full training is, in what `withBudget` shortens: steps where they are limited, else epochs. */
export const lengthOf = ({ maxSteps, numTrainEpochs }: TrainingArguments) => maxSteps ?? numTrainEpochs;

/** Parameters for a share of the full training, at least one step or epoch. */
export function withBudget(parameters: TrialParameters, budget: number, args: TrainingArguments): TrialParameters {
  if (budget === 1) return parameters;
  const length = Math.max(1, Math.round(lengthOf(args) * budget));
  return { ...parameters, [args.maxSteps === undefined ? 'numTrainEpochs' : 'maxSteps']: length };
}

export interface PlannedTrials {
  readonly trials: number;
  readonly seed: number;
}

/**
 * Checks what every trial would train with, before the first one does; gives the longest full training.
 *
 * @throws AttuneError SEARCH_SPACE naming the place of a parameter that draws what training does not take
 */
export function checkTrials(
  shared: TypedOptions,
  { space, where }: ReadSpace,
  { trials, seed }: PlannedTrials,
): number {
  trialOptions(shared, {}, 'trial'); // what is wrong without them is not the space's fault
  const lengths = Array.from({ length: trials }, (_, i) => {
    const parameters = sampleParameters(space, { seed, trial: i + 1 });
    try {
      return lengthOf(trialOptions(shared, parameters, 'trial').arguments);
    } catch (cause) {
      throw spaceError(cause as Error, parameters, where);
    }
  });
  return Math.max(...lengths);
}

function spaceError(cause: Error, parameters: TrialParameters, where: ReadSpace['where']): Error {
  const names = Object.keys(parameters);
  const said = cause.message.match(/^[-\w]+/)?.[0] ?? '';
  const name = names.find((one) => [one, dashed(one), flagName(one, trainingOptions)].includes(said));
  if (name === undefined) return cause;
  const problem = cause.message.slice(said.length).replace(/^: /, '').split('\n')[0];
  const advice = problem.includes('an integer') ? '; add "integer": true, or change the values' : '; change the values';
  return new AttuneError('SEARCH_SPACE', `${where(name)}: ${problem}${advice}`, { cause });
}
