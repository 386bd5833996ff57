// The hyperparameters in a model card: all that the run recorded, under Hugging Face's names, and nothing else.

import { decimal, duration, plural } from '../page/format';
import { passesOf, textsPerSecond } from '../passes';
import type { RunData } from '../run-data';
import { plain } from './markdown';

type Arguments = Readonly<Record<string, unknown>>;
type Line = readonly [name: string, value: string];

/** Arguments whose names in Hugging Face's cards are not their own in snake case; these come first. */
const names: Readonly<Record<string, string>> = {
  learningRate: 'learning_rate',
  perDeviceTrainBatchSize: 'train_batch_size',
  perDeviceEvalBatchSize: 'eval_batch_size',
  seed: 'seed',
  gradientAccumulationSteps: 'gradient_accumulation_steps',
  optim: 'optimizer',
  lrSchedulerType: 'lr_scheduler_type',
  warmupRatio: 'lr_scheduler_warmup_ratio',
  warmupSteps: 'lr_scheduler_warmup_steps',
  maxSteps: 'training_steps',
  numTrainEpochs: 'num_epochs',
};

const optimizerNames: Readonly<Record<string, string>> = { adamw: 'AdamW', adam: 'Adam', sgd: 'SGD' };
const adamArguments = ['adamBeta1', 'adamBeta2', 'adamEpsilon'];

/**
 * The lines of a card about training, or a line that says that nothing was recorded.
 *
 * @example
 * hyperparameters({ config: { arguments: { optim: 'sgd', lrSchedulerType: 'cosine' } }, summary, history }); // - optimizer: SGD …
 */
export function hyperparameters(data: Pick<RunData, 'config' | 'summary' | 'history'>): string {
  const { config } = data;
  const recorded = (config.arguments ?? {}) as Arguments;
  const args = Object.keys(recorded).length > 0 ? withFormerDefaults(recorded) : recorded;
  const known = Object.keys(names).filter((name) => name in args);
  const others = Object.keys(args).filter((name) => !(name in names) && !adamArguments.includes(name));
  const lines = [
    ...[...known, ...others].flatMap((name) => argumentLines(name, args, data)),
    ...adapterLines(config),
  ].map(([name, value]) => `- ${name}: ${value}`);
  return lines.length > 0 ? lines.join('\n') : 'Not recorded.';
}

/** The actual length of the training. */
export function trainedLine(data: Pick<RunData, 'summary' | 'history'>): string {
  const { steps, seconds } = data.summary;
  const passes = passesOf(data);
  const length = `${decimal(passes)} ${passes === 1 ? 'epoch' : 'epochs'}`;
  const speed = textsPerSecond(data);
  const pace = Number.isFinite(speed) ? `, ${decimal(speed)} texts per second` : '';
  return `Trained for ${length}${steps === undefined ? '' : ` (${plural(steps, 'step')})`} in ${duration(seconds)}${pace}.`;
}

/** Optimizer and schedule of older runs, which recorded the numbers of AdamW but no names. */
function withFormerDefaults(args: Arguments): Arguments {
  return args.adamBeta1 === undefined ? args : { optim: 'adamw', lrSchedulerType: 'linear', ...args };
}

function argumentLines(name: string, args: Arguments, data: Pick<RunData, 'summary' | 'history'>): Line[] {
  const value = args[name];
  if (value === undefined || value === null || hasNoEffect(name, args)) return [];
  const line: Line = [names[name] ?? snakeCase(name), shown(value)];
  if (name === 'optim') return [[line[0], optimizer(args)]];
  if (name === 'numTrainEpochs') return [[line[0], `${line[1]}${passesShort(value, data)}`]];
  const { gradientAccumulationSteps: batches, perDeviceTrainBatchSize: size } = args;
  if (name === 'gradientAccumulationSteps' && typeof batches === 'number' && typeof size === 'number' && batches > 1)
    return [line, ['total_train_batch_size', shown(batches * size)]];
  return [line];
}

/** Whether a recorded value had no effect in this run. */
function hasNoEffect(name: string, { maxSteps, evalStrategy, saveStrategy, warmupSteps }: Arguments): boolean {
  if (name === 'numTrainEpochs') return maxSteps !== undefined;
  if (name === 'warmupRatio') return typeof warmupSteps === 'number' && warmupSteps > 0;
  if (name === 'evalSteps') return evalStrategy !== undefined && evalStrategy !== 'steps';
  if (name === 'saveSteps') return saveStrategy !== undefined && saveStrategy !== 'steps';
  return false;
}

function optimizer({ optim, adamBeta1, adamBeta2, adamEpsilon }: Arguments): string {
  const name = optimizerNames[String(optim)] ?? shown(optim);
  if (optim === 'sgd' || adamBeta1 === undefined) return name;
  return `${name} with betas=(${shown(adamBeta1)}, ${shown(adamBeta2)}) and epsilon=${shown(adamEpsilon)}`;
}

function passesShort(asked: unknown, data: Pick<RunData, 'summary' | 'history'>): string {
  const passes = passesOf(data);
  return passes === asked ? '' : ` at most, ${decimal(passes)} done`;
}

function adapterLines({ lora, quantize, mergeAdapter }: Arguments): Line[] {
  const options = Object.entries((lora ?? {}) as Arguments).filter(([, value]) => value !== undefined);
  const named = { quantize, mergeAdapter };
  return [
    ...options.map(([name, value]): Line => [`lora_${snakeCase(name)}`, shown(value)]),
    ...Object.entries(named).flatMap(([name, value]): Line[] =>
      value === undefined ? [] : [[snakeCase(name), shown(value)]],
    ),
  ];
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** A value as Markdown: strings unquoted, lists with commas, the rest as JSON. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return plain(typeof value === 'object' ? JSON.stringify(value) : String(value));
}
