// Hints about a run, each once, as notes at its start and at its end.
import { isObject } from '@attune/internal';
import type { ResolvedLoraOptions } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { isLowerBetter } from '../../loop/metric-direction';

/** The highest learning rate that is usual for whole models: the default of transformers' `TrainingArguments`. */
const wholeModelRate = 5e-5;

/** The least usual scale of adapters, alpha / r. */
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
          `the learning rate ${shown(learningRate)} is usual for whole models, but adapters learn little at it: 1e-4 to 5e-4 is usual for LoRA, such as learningRate 2e-4 (--learning-rate 2e-4)`,
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
  /** Numbers of all steps, and of those before the best evaluation. */
  readonly steps: number;
  readonly bestStep: number;
  /** The loss of the first step, before any update; absent where it is unknown, such as in a resumed run. */
  readonly startLoss?: number | undefined;
  /** Whether adapters were trained, and whether the model started from random weights: both have higher learning rates. */
  readonly lora?: ResolvedLoraOptions | undefined;
  readonly isNew?: boolean;
  /** The one answer for the whole reported part: `"farm" is predicted for all 30 test texts`. */
  readonly sameAnswer?: string | undefined;
  /** The metrics of the run, with those of a baseline under `baseline`. */
  readonly metrics?: Readonly<Record<string, unknown>>;
  /** Whether checkpoints are kept, so that the run can be extended. */
  readonly keepsCheckpoints?: boolean;
}

/**
 * Hints about the results of a run; at most one is about the learning rate.
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
  const advice = adviceOn(end, course);
  const ahead = end.isNew ? farAhead(end.metrics) : undefined;
  if (ahead === undefined) return [`${found.join(', and ')}; ${advice}`];
  const pretrained = `${ahead}: start from a pretrained model, such as distilbert-base-uncased (--model distilbert-base-uncased)`;
  return [`${found.join(', and ')}; ${pretrained}${advice.startsWith('try') ? ', or ' : '; '}${advice}`];
}

/** A lead of the baseline that a new model hardly makes up by other settings. */
const farLead = 0.1;

/** The lead of the baseline by the first metric of those that it shares with the model, if it is far ahead. */
function farAhead(metrics: End['metrics'] = {}): string | undefined {
  const { baseline } = metrics;
  if (!isObject(baseline)) return undefined;
  for (const name of ['macroF1', 'microF1', 'accuracy']) {
    const [own, its] = [metrics[name], baseline[name]];
    if (typeof own !== 'number' || typeof its !== 'number') continue;
    return its - own >= farLead
      ? `the baseline is far ahead, with ${name} ${shown(its)} where this model has ${shown(own)}`
      : undefined;
  }
  return undefined;
}

/** The course of a training loss that did not fall. */
interface Course {
  readonly kind: 'grew' | 'hardly fell' | 'did not fall';
  readonly first: number;
  readonly last: number;
}

const said = ({ kind, first, last }: Course) =>
  `the training loss ${kind}: ${shown(first)} at first, ${shown(last)} at the end`;

/** The course of the training loss; undefined where it fell, where the model is good, or for too few steps. */
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

/** A loss at which nothing is left to learn. */
const negligibleLoss = 0.05;

/** Whether an evaluation was good by a metric that a constant answer cannot reach, or by the accuracy where that is the only one. */
function isGood(history: End['history']): boolean {
  return history.some((event) => {
    if (event.type !== 'eval') return false;
    const strict = ['f1', 'macroF1', 'microF1', 'r2'].map((name) => event[name]).filter((value) => value !== undefined);
    return strict.length > 0 ? strict.some((value) => Number(value) >= 0.8) : Number(event.accuracy ?? 0) >= 0.9;
  });
}

/** Advice: a lower learning rate where the loss grew or the rate is far above the usual, else a higher one. */
function adviceOn(end: End, course: Course | undefined): string {
  const { learningRate } = end.args;
  const { usual, most, high } = ratesOf(end);
  const rate = (other: number) => `such as learningRate ${shown(other)} (--learning-rate ${shown(other)})`;
  if (course?.kind === 'grew' || learningRate >= high)
    return `${course ? 'it' : `the learning rate ${shown(learningRate)}`} is too high: try a lower one, ${rate(Math.min(learningRate / 10, usual))}`;
  const labels = end.sameAnswer === undefined ? '' : ', and check that the labels fit the texts';
  const higher = Math.min(learningRate * 10, most);
  if (higher < 2 * learningRate) return `try more epochs (--epochs)${labels}`;
  return `try a higher learning rate, ${rate(higher)}, or more epochs (--epochs)${labels}`;
}

interface Rates {
  /** The usual rate. */
  readonly usual: number;
  /** The rate to try next. */
  readonly most: number;
  /** A rate far above the usual. */
  readonly high: number;
}

function ratesOf({ args: { optim }, lora, isNew }: End): Rates {
  if (optim === 'sgd') return { usual: 1e-2, most: 0.5, high: 1 };
  if (lora) return { usual: 2e-4, most: 2e-3, high: 5e-3 };
  if (isNew) return { usual: 1e-3, most: 5e-3, high: 2e-2 };
  return { usual: wholeModelRate, most: 5e-4, high: 1e-3 };
}

/** A hint only where the last evaluation is the best, clearly better than the one before, and nothing ended the run early. */
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
 * The one answer for a whole part whose true labels differ; undefined where answers differ, or are too few.
 *
 * @param truth and `predicted`: an answer per text, in readable form
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
  /** The name of the examples: `test texts`. */
  readonly of: string;
}
