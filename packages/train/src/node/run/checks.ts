import { AttuneError } from '@attune/internal';
import type { Model, ModelTask } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TrainingArguments } from '../../arguments/arguments';
import { metricNamed } from '../../arguments/metric-name';
import { unusedArguments } from '../../arguments/unused';
import { type MeasuredRun, metricNames } from '../../tasks/metric-names';
import { maxLengthOf, noteUsualLength } from '../model/max-length';
import type { RunOptions } from './options';

// Settings that every task checks or completes before a run: the metric of the best model, the maximum length, unused
// arguments, the reported part.

/** The default of `metricForBestModel` by task. */
const bestMetrics: Readonly<Record<ModelTask, string>> = {
  'sequence-classification': 'loss',
  'token-classification': 'f1',
  'masked-lm': 'loss',
  'causal-lm': 'loss',
};

/**
 * Arguments with the task's own `metricForBestModel` where none is given; another spelling of a metric becomes its name.
 *
 * @throws AttuneError ARGUMENT_INVALID for a metric that the run does not measure
 */
export function withBestMetric(args: Partial<TrainingArguments> = {}, run: MeasuredRun): Partial<TrainingArguments> {
  const usual = run.scheme === 'none' ? 'accuracy' : bestMetrics[run.task];
  return { ...args, metricForBestModel: metricNamed(args.metricForBestModel ?? usual, metricNames(run)) };
}

/** Notes arguments that have no effect because of others. */
export function noteUnused(
  { arguments: args = {}, data, onNote = () => {} }: Pick<RunOptions, 'arguments' | 'onNote'> & NotedRun,
  { usesMetric }: { readonly usesMetric?: boolean } = {},
): void {
  for (const note of unusedArguments(args, { hasValidation: data.validation !== undefined, usesMetric })) onNote(note);
}

interface NotedRun {
  readonly data: { readonly validation?: unknown };
}

/**
 * Arguments with their maximum length; default `usualMaxLength`.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model's positions
 */
export function withMaxLength(
  args: TrainingArguments,
  { model, tokenizer, onNote }: { model: Model; tokenizer: Tokenizer; onNote?: (note: string) => void },
): TrainingArguments & { readonly maxLength: number } {
  const limits = { config: model.config, tokenizer };
  if (onNote) noteUsualLength(args.maxLength, limits, onNote);
  return { ...args, maxLength: maxLengthOf(args.maxLength, limits) };
}

/**
 * Refuses arguments that a task would ignore.
 *
 * @throws AttuneError ARGUMENT_INVALID for one that is given and not 0
 */
export function refuseArguments(
  args: Partial<TrainingArguments>,
  names: readonly (keyof TrainingArguments)[],
  task: string,
): void {
  const used = names.find((name) => args[name] !== undefined && args[name] !== 0);
  if (used === undefined) return;
  throw new AttuneError('ARGUMENT_INVALID', `${used}: expected a task that uses it, got ${task}; remove it`);
}

/** The part on which results are reported: the test part, or else the validation part. */
interface ReportedPart<Part> {
  readonly reported: Part;
  readonly evaluatedOn: 'test' | 'validation';
}

/** Throws RangeError for data with neither part. */
export function reportedPart<Part>({
  validation,
  test,
}: {
  readonly validation?: Part;
  readonly test?: Part;
}): ReportedPart<Part> {
  const reported = test ?? validation;
  if (!reported) throw new RangeError('fit: expected a validation or a test part, got neither; results need one');
  return { reported, evaluatedOn: test ? 'test' : 'validation' };
}

/** Throws AttuneError ARGUMENT_INVALID unless a list of labels names at least two, each once. */
export function requireLabelList(labels: readonly string[]): void {
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i);
  if (labels.length > 1 && repeated === undefined && !labels.includes('')) return;
  const got = repeated === undefined ? JSON.stringify(labels) : `${JSON.stringify(repeated)} twice`;
  throw new AttuneError('ARGUMENT_INVALID', `labelList: expected at least two names, each once, got ${got}`);
}
