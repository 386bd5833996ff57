// Extends a run beyond its original length.
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { readJsonObject } from '@attune/internal/node';
import type { TrainingArguments } from '../../arguments/arguments';
import { planTraining, type TrainingPlan } from '../../loop/plan';
import type { SavedTraining } from '../../loop/saved-training';
import type { Examples } from '../../loop/task';
import type { RunDirectory } from './directory';
import { recordedRun } from './recorded';

interface Extending {
  readonly directory: RunDirectory;
  readonly args: TrainingArguments;
  readonly data: Examples;
  readonly padTokenId: number;
  readonly resume: SavedTraining;
  /** The run's options now, for its record. */
  readonly options?: unknown;
  readonly onNote: (note: string) => void;
}

/**
 * Records the new length of a resumed run, and notes how it differs from a run of that length from the start; nothing for an unchanged length.
 *
 * @throws AttuneError ARGUMENT_INVALID for fewer steps than the run has taken
 */
export async function extendRun({
  directory,
  args,
  data,
  padTokenId,
  resume,
  options,
  onNote,
}: Extending): Promise<void> {
  const { numTrainEpochs, maxSteps } = args;
  const { arguments: recorded } = await recordedRun(directory.path);
  if (recorded.numTrainEpochs === undefined) return;
  const former = { ...args, numTrainEpochs: recorded.numTrainEpochs, maxSteps: recorded.maxSteps };
  const [before, now] = [former, args].map((each) => planTraining(data, each, padTokenId));
  const { step } = resume.state;
  if (now.totalSteps < step) throw tooShort(args, { now, step });
  if (recorded.numTrainEpochs === numTrainEpochs && recorded.maxSteps === maxSteps) return;
  const config = await readJsonObject(join(directory.path, 'config.json'));
  const changed = { ...(config?.arguments as object), numTrainEpochs, maxSteps };
  await directory.writeConfig({ ...config, ...(options !== undefined && { options }), arguments: changed });
  if (before.totalSteps === now.totalSteps) return;
  onNote(`Extended from ${before.totalSteps} to ${now.totalSteps} steps. ${likeness({ before, now, step }, args)}`);
  const { earlyStoppingPatience: patience } = args;
  if (patience !== undefined && (resume.best?.since ?? 0) >= patience)
    onNote(
      `the run had stopped early, after ${patience} ${patience === 1 ? 'evaluation' : 'evaluations'} without a better one, and takes no more steps`,
    );
}

interface Plans {
  readonly before: TrainingPlan;
  readonly now: TrainingPlan;
  /** Number of steps taken. */
  readonly step: number;
}

/** How the run compares with one of its new length from the start. */
function likeness({ before, now, step }: Plans, { lrSchedulerType }: TrainingArguments): string {
  const steps = Array.from({ length: step }, (_, i) => i);
  const sameRates = steps.every((i) => before.learningRate(i) === now.learningRate(i));
  const sameEvaluations = steps.every((i) => before.isDue('evaluation', i + 1) === now.isDue('evaluation', i + 1));
  const whole = `a run of ${now.totalSteps} steps`;
  if (sameRates && sameEvaluations) return `The model is the same as that of ${whole}.`;
  const rates = `the first ${step} steps used the shorter schedule (${lrSchedulerType})`;
  const evaluation = 'the shorter run was also evaluated at its end, which may be the best evaluation';
  if (sameRates) return `The model may differ from that of ${whole} because ${evaluation}.`;
  return `The model differs from that of ${whole} because ${rates}${sameEvaluations ? '' : `, and ${evaluation}`}.`;
}

function tooShort({ maxSteps, numTrainEpochs }: TrainingArguments, { now, step }: Pick<Plans, 'now' | 'step'>) {
  const epochs = Math.ceil(step / now.stepsPerEpoch);
  const [name, least, got] =
    maxSteps === undefined ? ['numTrainEpochs', epochs, numTrainEpochs] : ['maxSteps', step, maxSteps];
  return new AttuneError(
    'ARGUMENT_INVALID',
    `${name}: expected at least ${least} for a run that has taken ${step} steps, got ${got}; choose more, or train again`,
  );
}
