// Trains, and writes the report and the model card of a run.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkOptions, isObject, type TableOf } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import { type AnyReportData, type PageData, predictionLines, type ReportedProblem, renderRun } from '@attune/report';
import { writeModelCard, writeRendered } from '@attune/report/node';
import {
  adapterDirectory,
  endCheckpoints,
  type FitOptions,
  type FitResult,
  fitSequenceClassifier,
  withDirectoryLock,
} from '@attune/train/node';
import { runDefaults } from './run-defaults';

/** Problem types that are trained and reported. The compiler refuses a problem type without a report. */
type Reportable = ProblemType & ReportedProblem;

/** Options of `trainAndReport`: those of `fitSequenceClassifier`, and settings of the report. */
export interface TrainAndReportOptions<P extends Reportable = 'single_label_classification'> extends FitOptions<P> {
  /** The report's heading; default the run directory's name. */
  readonly title?: string;
  /** Longer names of labels, for the report: `{ '31-33': 'Manufacturing' }`; default the labels themselves. */
  readonly labelNames?: Readonly<Record<string, string>>;
  /** Source of the reported part; default unknown, and the report then names no lines. */
  readonly reportedFrom?: {
    /** 1-based line of each of its texts. */
    readonly lines: readonly number[];
    /** Name of the file. */
    readonly file: string;
  };
  /** Called with the results once they are stored, before the report is written; default none. */
  readonly onResult?: (result: FitResult<P>) => void | Promise<void>;
}

/**
 * Fine-tunes a classifier or a regression and writes its run directory, including `report.html` and the model card. If one of these
 * two cannot be written, a note reports it, and the run is still complete.
 *
 * @throws AttuneError ARGUMENT_INVALID for an unknown option, and as `fitSequenceClassifier`, before anything is written where the input is wrong
 * @example
 * const { summary } = await trainAndReport({ data, model: 'new', engine, out: 'runs/sectors' });
 * console.log(summary.accuracy);
 */
export async function trainAndReport<P extends Reportable = 'single_label_classification'>(
  options: TrainAndReportOptions<P>,
): Promise<FitResult<P>> {
  checkOptions('trainAndReport', options, reportTable, '', { others: 'allowed' }); // the fit checks its own
  return withDirectoryLock(options.out, () => trainAndReportLocked(options));
}

const namesOfLabels = {
  expected: 'an object with a name for each label',
  holds: (value: unknown) => isObject(value) && Object.values(value).every((name) => typeof name === 'string'),
};

const reportTable = {
  out: 'path!',
  title: 'string',
  labelNames: namesOfLabels,
  reportedFrom: { lines: 'array!', file: 'string!' },
  onResult: 'function',
} satisfies TableOf<Pick<TrainAndReportOptions, 'out' | 'title' | 'labelNames' | 'reportedFrom' | 'onResult'>>;

async function trainAndReportLocked<P extends Reportable>({
  title,
  labelNames,
  reportedFrom,
  onResult,
  ...options
}: TrainAndReportOptions<P>): Promise<FitResult<P>> {
  const result = await fitSequenceClassifier<P>(untilReported(options as FitOptions<P>));
  const { out, model } = options;
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
    const card = { ...data, baseModel: hubIdOf(model, result.config) };
    await writePages(options, [...pagesOf(data, out), [readme, () => writeModelCard(readme, card)]]);
  }
  return result;
}

/** Options of a fit whose checkpoints stay until its report is written. */
export const untilReported = <Options extends Pick<FitOptions, 'keepCheckpoints'>>(options: Options): Options => ({
  ...options,
  keepCheckpoints: options.keepCheckpoints || 'until-reported',
});

/** Number of texts per label, in the order of the labels; undefined for a regression. */
function labelCounts(given: readonly unknown[], labels: readonly string[]): readonly number[] | undefined {
  if (labels.length < 2) return undefined;
  const counts = new Map<unknown, number>();
  for (const label of given.flat()) counts.set(label, (counts.get(label) ?? 0) + 1);
  return labels.map((label) => counts.get(label) ?? 0);
}

/** The result of the published files. */
function asPublished<P extends Reportable>(result: FitResult<P>): FitResult<P> {
  const summary = publishedSummary(result.summary);
  return summary === result.summary || !result.untuned ? result : { ...result, summary, test: result.untuned };
}

interface Decided {
  readonly untuned?: object;
  readonly decision?: { readonly applied?: boolean };
}

/** The summary of the published files. For runs of earlier versions, which store tuning outside the weights, that is the untuned model. */
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

/** A file about a run, and the function that writes it. */
type Page = readonly [path: string, write: () => Promise<void>];

/** `predictions.jsonl`, from which the page can be made again, and the page. */
function pagesOf(data: PageData, out: string): readonly Page[] {
  const predictions = predictionLines(data);
  const [saved, page] = [join(out, 'predictions.jsonl'), join(out, 'report.html')];
  const { title, config, history, summary, generatedAt } = data;
  const files = { title, config, history, summary, generatedAt, place: out, ...runDefaults(config) };
  return [
    [saved, () => writeRendered(saved, () => predictions)],
    [page, () => writeRendered(page, () => renderRun({ ...files, predictions }))],
  ];
}

/** The model's id on the hub; undefined for a new model and a model from a directory. */
function hubIdOf(model: string, { modelDirectory }: Readonly<Record<string, unknown>>): string | undefined {
  return model === 'new' || modelDirectory !== undefined || existsSync(model) ? undefined : model;
}

/**
 * Writes the pages about a run that has ended; one that cannot be written is a note, or a warning of the process. Then the checkpoints
 * are removed, unless a page is missing: `--resume` then makes it again.
 */
async function writePages(
  { out, keepCheckpoints, onNote = (note) => process.emitWarning(note) }: PageOptions,
  pages: readonly Page[],
): Promise<void> {
  let areWritten = true;
  for (const [path, write] of pages)
    await write().catch((error: Error) => {
      areWritten = false;
      onNote(`${path}: not written, the rest of the run is complete: ${error.message}`);
    });
  if (areWritten && keepCheckpoints !== true) await endCheckpoints(out, onNote);
}

type PageOptions = Pick<FitOptions, 'out' | 'keepCheckpoints' | 'onNote'>;

interface Reporting<Data> extends PageOptions, Pick<FitOptions, 'model'> {
  readonly onSummary: (summary: object) => Promise<void>;
  readonly card: (data: Data & { readonly baseModel?: string }) => string;
  /** Further data of the page, computed after the summary is printed; if that fails, the page lacks them. */
  readonly more?: () => Promise<Partial<Data>>;
}

/** Prints the summary, then writes `predictions.jsonl`, `report.html` and the model's card into a run directory, and ends its checkpoints. */
export async function writeTaskReport<Data extends PageData>(
  result: Omit<Data, 'title' | 'generatedAt'>,
  { onSummary, card, more, ...options }: Reporting<Data>,
): Promise<void> {
  const { out, model, onNote } = options;
  const shown = { title: basename(out), generatedAt: new Date().toISOString() };
  const data = { ...result, ...shown } as unknown as Data;
  const readme = join(artifactDirectory(out), 'README.md');
  try {
    await onSummary(data.summary);
  } finally {
    const rest =
      (await more?.().catch((error: Error) => noted(onNote, `the report has no samples: ${error.message}`))) ?? {};
    const ofCard = { ...data, baseModel: hubIdOf(model, data.config) };
    const pages = pagesOf({ ...data, ...rest }, out);
    await writePages(options, [...pages, [readme, () => writeRendered(readme, () => card(ofCard))]]);
  }
}

const noted = (onNote: FitOptions['onNote'], note: string): undefined => void onNote?.(note);

/** The directory of the trained weights in a run: its adapter if that is separate from the model, otherwise its model. */
export const artifactDirectory = (run: string): string => adapterDirectory(run) ?? join(run, 'model');
