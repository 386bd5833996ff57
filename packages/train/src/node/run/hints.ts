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
  /** The loss of the first step, before anything was learned; absent where that is not known, such as in a resumed run. */
  readonly startLoss?: number | undefined;
  /** Whether adapters were trained, and whether the model began with random weights: learning rates of these are higher. */
  readonly lora?: ResolvedLoraOptions | undefined;
  readonly isNew?: boolean;
  /** What the model answers alike for all of the reported part: `"farm" is predicted for all 30 test texts`. */
  readonly sameAnswer?: string | undefined;
  /** Whether checkpoints stay, from which the run goes on. */
  readonly keepsCheckpoints?: boolean;
}

/**
 * Hints about what a run came to; at most one is about the learning rate.
 *
 * @example
 * endHints({ args, history, steps: 30, bestStep: 30 });
 * // ['loss still improved at the last evaluation, from 0.52 to 0.41: longer training may be better, such as numTrainEpochs 6 (--epochs 6)']
 */
export function endHints(end: End): string[] {
  const { sameAnswer, args } = end;
  const course = courseOf(end);
  if (sameAnswer === undefined && course === undefined) return improvingHint(end);
  const found = [
    ...(sameAnswer === undefined ? [] : [`${sameAnswer}: the model has not learned to tell them apart`]),
    ...(course === undefined ? [] : [`${said(course)}, at the learning rate ${shown(args.learningRate)}`]),
  ];
  return [`${found.join(', and ')}; ${adviceOn(end, course)}`];
}

/** Where the training loss went, if not down. */
interface Course {
  readonly kind: 'grew' | 'hardly fell' | 'did not fall';
  readonly first: number;
  readonly last: number;
}

const said = ({ kind, first, last }: Course) =>
  `the training loss ${kind}: ${shown(first)} at first, ${shown(last)} at the end`;

/** Where the training loss went, relative to where it was; undefined where it fell, where the model is good, or where there is too little to say. */
function courseOf({ history, startLoss }: End): Course | undefined {
  const lines = history.flatMap((event) => (event.type === 'train' ? [event.loss] : []));
  const means = history.flatMap((event) => (event.type === 'eval' ? [event.trainLoss] : []));
  const losses = lines.length >= 4 ? lines : means;
  const quarter = Math.max(1, Math.floor(losses.length / 4));
  const [first, last] = [mean(losses.slice(0, quarter)), mean(losses.slice(-quarter))];
  if (losses.length === 0 || last <= negligibleLoss || isGood(history)) return undefined;
  if (startLoss !== undefined && last > 1.5 * startLoss + negligibleLoss)
    return { kind: 'grew', first: startLoss, last };
  if (losses.length < 2 || last <= 0.99 * first || last <= 0.9 * (startLoss ?? 0)) return undefined;
  return { kind: last > 1.1 * first ? 'grew' : last < first ? 'hardly fell' : 'did not fall', first, last };
}

/** A loss at which there is nothing left to learn. */
const negligibleLoss = 0.05;

/** Whether an evaluation was good by a metric that no constant answer reaches, or by the accuracy where that is the only one. */
function isGood(history: End['history']): boolean {
  return history.some((event) => {
    if (event.type !== 'eval') return false;
    const strict = ['f1', 'macroF1', 'microF1', 'r2'].map((name) => event[name]).filter((value) => value !== undefined);
    return strict.length > 0 ? strict.some((value) => Number(value) >= 0.8) : Number(event.accuracy ?? 0) >= 0.9;
  });
}

/** What to try: a lower learning rate where the loss grew or the rate is far above what is usual, a higher one where it is not. */
function adviceOn(end: End, course: Course | undefined): string {
  const { learningRate } = end.args;
  const { usual, most, high } = ratesOf(end);
  const rate = (other: number) => `such as learningRate ${shown(other)} (--learning-rate ${shown(other)})`;
  if (course?.kind === 'grew' || learningRate >= high)
    return `${course ? 'it' : `the learning rate ${shown(learningRate)}`} is too high: try a lower one, ${rate(Math.min(learningRate / 10, usual))}`;
  const labels = end.sameAnswer === undefined ? '' : ', and see that the labels fit the texts';
  const higher = Math.min(learningRate * 10, most);
  if (higher < 2 * learningRate) return `try more epochs (--epochs)${labels}`;
  return `try a higher learning rate, ${rate(higher)}, or more epochs (--epochs)${labels}`;
}

interface Rates {
  /** To begin with. */
  readonly usual: number;
  /** What is worth a try. */
  readonly most: number;
  /** Far above what is usual. */
  readonly high: number;
}

function ratesOf({ args: { optim }, lora, isNew }: End): Rates {
  if (optim === 'sgd') return { usual: 1e-2, most: 0.5, high: 1 };
  if (lora) return { usual: 2e-4, most: 2e-3, high: 5e-3 };
  if (isNew) return { usual: 1e-3, most: 5e-3, high: 2e-2 };
  return { usual: wholeModelRate, most: 5e-4, high: 1e-3 };
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
