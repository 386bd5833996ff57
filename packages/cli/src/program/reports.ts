// Trains and reports: what a run directory holds besides the training itself, its report and the model's card.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProblemType } from '@attune/models';
import { type AnyReportData, type PageData, predictionLines, type ReportedProblem, renderRun } from '@attune/report';
import { writeModelCard, writeRendered } from '@attune/report/node';
import { trainingArguments } from '@attune/train';
import {
  adapterDirectory,
  type FitOptions,
  type FitResult,
  fitSequenceClassifier,
  withDirectoryLock,
} from '@attune/train/node';

/** Kinds of problems that are trained and reported. One that has no report yet is none: the compiler then refuses the command line's. */
type Reportable = ProblemType & ReportedProblem;

/** Options of `trainAndReport`: those of `fitSequenceClassifier`, and what the report says. */
export interface TrainAndReportOptions<P extends Reportable = 'single_label_classification'> extends FitOptions<P> {
  /** The report's heading; default the run directory's name. */
  readonly title?: string;
  /** Longer names of labels, for the report: `{ '31-33': 'Manufacturing' }`. */
  readonly labelNames?: Readonly<Record<string, string>>;
  /** Where the reported part was read: the line of each of its texts, and the file. */
  readonly reportedFrom?: { readonly lines: readonly number[]; readonly file: string };
  /** Called with the results once they are stored, before the report is written. */
  readonly onResult?: (result: FitResult<P>) => void | Promise<void>;
}

/**
 * Fine-tunes a classifier or a regression and writes its run directory, including `report.html` and the model card. Where one of these
 * two cannot be written, a note says so, and the run is none the worse.
 *
 * @throws AttuneError as `fitSequenceClassifier`, before anything is written where the input is wrong
 * @example
 * const { summary } = await trainAndReport({ data, model: 'new', engine, out: 'runs/sectors' });
 * console.log(summary.accuracy);
 */
export function trainAndReport<P extends Reportable = 'single_label_classification'>(
  options: TrainAndReportOptions<P>,
): Promise<FitResult<P>> {
  return withDirectoryLock(options.out, () => trainAndReportLocked(options));
}

async function trainAndReportLocked<P extends Reportable>({
  title,
  labelNames,
  reportedFrom,
  onResult,
  ...options
}: TrainAndReportOptions<P>): Promise<FitResult<P>> {
  const result = await fitSequenceClassifier<P>(options as FitOptions<P>);
  const { out, model, onNote } = options;
  const published = asPublished(result);
  const data = {
    ...published,
    title: title ?? basename(out),
    labelNames,
    generatedAt: new Date().toISOString(),
    trainCounts: labelCounts(options.data.train.labels, result.labels),
    test: { ...published.test, ...reportedFrom },
  } as unknown as AnyReportData; // a result of one kind is the data of a report of that kind
  const readme = join(artifactDirectory(out), 'README.md');
  try {
    await onResult?.(result);
  } finally {
    await writePage(data, { out, onNote });
    const card = { ...data, baseModel: hubIdOf(model, result.config) };
    await orNoted(() => writeModelCard(readme, card), readme, onNote);
  }
  return result;
}

/** Texts by label, in the order of the labels; none for a regression. */
function labelCounts(given: readonly unknown[], labels: readonly string[]): readonly number[] | undefined {
  if (labels.length < 2) return undefined;
  const counts = new Map<unknown, number>();
  for (const label of given.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.map((label) => counts.get(label) ?? 0);
}

/** A result of what the published files give. */
function asPublished<P extends Reportable>(result: FitResult<P>): FitResult<P> {
  const summary = publishedSummary(result.summary);
  return summary === result.summary || !result.untuned ? result : { ...result, summary, test: result.untuned };
}

interface Decided {
  readonly untuned?: object;
  readonly decision?: { readonly applied?: boolean };
}

/** A summary of what the published files give: the metrics of a run that an earlier version began are of what is beside its model. */
export function publishedSummary<Summary extends Decided>(whole: Summary): Summary {
  const {
    untuned,
    decision,
    difference: _,
    mix: __,
    ...summary
  } = whole as Summary & Readonly<Record<string, unknown>>;
  if (!untuned || decision?.applied) return whole;
  const tuned = Object.fromEntries(Object.keys(untuned).map((name) => [name, summary[name as keyof typeof summary]]));
  return { ...summary, ...untuned, tuned, decision } as unknown as Summary;
}

interface PagePlace {
  readonly out: string;
  readonly onNote?: (note: string) => void;
}

/** Writes `predictions.jsonl`, which the page can be made from anew, and the page. */
async function writePage(data: PageData, { out, onNote }: PagePlace): Promise<void> {
  const predictions = predictionLines(data);
  const [saved, page] = [join(out, 'predictions.jsonl'), join(out, 'report.html')];
  await orNoted(() => writeRendered(saved, () => predictions), saved, onNote);
  const { title, config, history, summary, generatedAt } = data;
  const files = { title, config, history, summary, generatedAt, place: out, defaults: defaultsOf(config) };
  await orNoted(() => writeRendered(page, () => renderRun({ ...files, predictions })), page, onNote);
}

/** The defaults of the arguments of a run of this task. */
export function defaultsOf(config: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const defaults = trainingArguments();
  if (config.task === 'token-classification')
    return { ...defaults, metricForBestModel: config.scheme === 'none' ? 'accuracy' : 'f1' };
  if (config.task !== 'causal-lm') return { ...defaults };
  const { perDeviceTrainBatchSize } = config.arguments as { perDeviceTrainBatchSize?: number };
  return { ...defaults, perDeviceEvalBatchSize: perDeviceTrainBatchSize }; // no larger than in training
}

/** The model's id on the hub; undefined for a new model and one from a directory, as the run's record says. */
function hubIdOf(model: string, { modelDirectory }: Readonly<Record<string, unknown>>): string | undefined {
  return model === 'new' || modelDirectory !== undefined || existsSync(model) ? undefined : model;
}

/** A page about a run that has ended well: where it cannot be written, that is a note, or a warning of the process. */
async function orNoted(
  write: () => Promise<void>,
  page: string,
  onNote: (note: string) => void = (note) => process.emitWarning(note),
): Promise<void> {
  try {
    await write();
  } catch (error) {
    onNote(`${page}: not written, all else of the run is there: ${(error as Error).message}`);
  }
}

interface Reporting<Data> extends Pick<FitOptions, 'out' | 'model' | 'onNote'> {
  readonly onSummary: (summary: object) => Promise<void>;
  readonly card: (data: Data & { readonly baseModel?: string }) => string;
  /** What the page shows besides, made once the summary is given out; where that fails, the page is without it. */
  readonly more?: () => Promise<Partial<Data>>;
}

/** Gives the summary out, then writes `predictions.jsonl`, `report.html` and the model's card into a run directory. */
export async function writeTaskReport<Data extends PageData>(
  result: Omit<Data, 'title' | 'generatedAt'>,
  { out, model, onNote, onSummary, card, more }: Reporting<Data>,
): Promise<void> {
  const shown = { title: basename(out), generatedAt: new Date().toISOString() };
  const data = { ...result, ...shown } as unknown as Data;
  const readme = join(artifactDirectory(out), 'README.md');
  try {
    await onSummary(data.summary);
  } finally {
    const rest =
      (await more?.().catch((error: Error) => noted(onNote, `samples for the report: none, ${error.message}`))) ?? {};
    await writePage({ ...data, ...rest }, { out, onNote });
    const ofCard = { ...data, baseModel: hubIdOf(model, data.config) };
    await orNoted(() => writeRendered(readme, () => card(ofCard)), readme, onNote);
  }
}

const noted = (onNote: FitOptions['onNote'], note: string): undefined => void onNote?.(note);

/** Where a run directory that is written holds what was trained: its adapter where that stands beside another model, else its model. */
export const artifactDirectory = (run: string): string => adapterDirectory(run) ?? join(run, 'model');
