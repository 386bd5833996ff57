// What a person who looks over one's shoulder would say of a run: once, as notes, at its start and at its end.
import type { ResolvedLoraOptions } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import { isLowerBetter } from '../../loop/best-model';
import type { EvaluationEvent, LossEvent } from '../../loop/events';

/** The highest learning rate that is one of whole models: the default of transformers' `TrainingArguments`. */
const wholeModelRate = 5e-5;

/** Adapters that count for less than this, as alpha / r, are shrunk by more than a recipe would. */
const leastScale = 0.5;

interface Start {
  readonly args: TrainingArguments;
  readonly lora?: ResolvedLoraOptions;
}

/**
 * Hints about settings, before the first step.
 *
 * @example
 * startHints({ args: trainingArguments(), lora: { r: 32, alpha: 8, targetModules: 'all-linear' } }); // two hints
 */
export function startHints({ args: { learningRate, optim }, lora }: Start): string[] {
  if (lora === undefined) return [];
  const { r, alpha, useRslora } = lora;
  const isSlow = optim !== 'sgd' && learningRate <= wholeModelRate;
  const isShrunk = !useRslora && alpha / r < leastScale;
  return [
    ...(isSlow
      ? [
          `the learning rate ${shown(learningRate)} is one for whole models, at which adapters learn little: 1e-4 to 5e-4 is usual for LoRA, such as learningRate 2e-4 (--learning-rate 2e-4)`,
        ]
      : []),
    ...(isShrunk
      ? [
          `alpha ${alpha} for rank ${r} multiplies the adapters by ${shown(alpha / r)}, and they learn little: alpha is usually the rank or twice that, such as alpha ${2 * r} (--lora-alpha ${2 * r})`,
        ]
      : []),
  ];
}

interface End {
  readonly args: TrainingArguments;
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** Steps that were taken, and those before the best evaluation. */
  readonly steps: number;
  readonly bestStep: number;
  /** What the model answers alike for all of the reported part: `"farm" is predicted for all 30 test texts`. */
  readonly sameAnswer?: string;
  /** Whether checkpoints stay, from which the run goes on. */
  readonly keepsCheckpoints?: boolean;
}

/**
 * Hints about what a run came to.
 *
 * @example
 * endHints({ args, history, steps: 30, bestStep: 30 });
 * // ['loss still improved at the last evaluation, from 0.52 to 0.41: longer training may be better, such as numTrainEpochs 6 (--epochs 6)']
 */
export function endHints(end: End): string[] {
  const { sameAnswer, history, args } = end;
  const stuck = stuckLoss(history);
  return [
    ...(sameAnswer === undefined
      ? []
      : [
          `${sameAnswer}: the model has not learned to tell them apart; try a higher learningRate (--learning-rate) or more epochs (--epochs), and see that the labels fit the texts`,
        ]),
    ...(stuck ? [stuckHint(stuck, args)] : []),
    ...(sameAnswer === undefined && !stuck ? improvingHint(end) : []),
  ];
}

/** Losses at the beginning and at the end of a training. */
interface Losses {
  readonly first: number;
  readonly last: number;
}

/** The training losses where they did not fall by a hundredth; undefined where they did, or are next to nothing, or too few to say. */
function stuckLoss(history: End['history']): Losses | undefined {
  const lines = history.flatMap((event) => (event.type === 'train' ? [event.loss] : []));
  const means = history.flatMap((event) => (event.type === 'eval' ? [event.trainLoss] : []));
  const losses = lines.length >= 4 ? lines : means;
  if (losses.length < 2) return undefined;
  const quarter = Math.max(1, Math.floor(losses.length / 4));
  const [first, last] = [mean(losses.slice(0, quarter)), mean(losses.slice(-quarter))];
  return last > 0.99 * first && last > 0.05 ? { first, last } : undefined;
}

function stuckHint({ first, last }: Losses, { learningRate }: TrainingArguments): string {
  const other = learningRate >= 1e-3 || last > 1.1 * first ? learningRate / 10 : learningRate * 10;
  return `the training loss did not fall: ${shown(first)} at first, ${shown(last)} at the end, at the learning rate ${shown(learningRate)}; try another one, such as learningRate ${shown(other)} (--learning-rate ${shown(other)}), or more epochs (--epochs)`;
}

/** Nothing but where the last evaluation is the best one, clearly better than the one before it, and nothing ended the run early. */
function improvingHint({ args, history, steps, bestStep, keepsCheckpoints }: End): string[] {
  const { metricForBestModel: metric, numTrainEpochs, maxSteps, earlyStoppingPatience } = args;
  const values = history.flatMap((event) => (event.type === 'eval' ? [event[metric]] : []));
  const [before, last] = values.slice(-2);
  if (bestStep !== steps || typeof before !== 'number' || typeof last !== 'number') return [];
  const isClear = isLowerBetter(metric) ? before - last > 0.02 * before && before > 0.05 : last - before > 0.01;
  if (!isClear) return [];
  const [name, flag, more] =
    maxSteps === undefined
      ? ['numTrainEpochs', '--epochs', 2 * numTrainEpochs]
      : ['maxSteps', '--max-steps', 2 * maxSteps];
  const how = keepsCheckpoints ? `--resume ${flag} ${more}` : `${flag} ${more}`;
  const stop =
    earlyStoppingPatience === undefined ? '; earlyStoppingPatience (--early-stopping-patience) ends it in time' : '';
  return [
    `${metric} still improved at the last evaluation, from ${shown(before)} to ${shown(last)}: longer training may be better, such as ${name} ${more} (${how})${stop}`,
  ];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Three digits: `0.693`, `5e-5`. */
function shown(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded !== 0 && Math.abs(rounded) < 1e-3 ? rounded.toExponential() : `${rounded}`;
}

/**
 * What is answered alike for all of a part, though the truth is not the same for all; undefined where answers differ, or are too few to say.
 *
 * @param truth and `predicted`: an answer per text, as people read it
 * @example
 * sameAnswer({ truth: ['a', 'b', 'a', 'b'], predicted: ['a', 'a', 'a', 'a'], of: 'test texts' }); // '"a" is predicted for all 4 test texts'
 */
export function sameAnswer({ truth, predicted, of }: Answers): string | undefined {
  if (predicted.length < 4 || new Set(predicted).size !== 1 || new Set(truth).size === 1) return undefined;
  return `${predicted[0] === '' ? 'nothing' : JSON.stringify(predicted[0])} is predicted for all ${predicted.length.toLocaleString('en')} ${of}`;
}

interface Answers {
  readonly truth: readonly string[];
  readonly predicted: readonly string[];
  /** Of what they are: `test texts`. */
  readonly of: string;
}
