// Trains and reports: what a run directory holds besides the training itself, its report and the model's card.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProblemType } from '@attune/models';
import type { AnyReportData, ReportedProblem } from '@attune/report';
import { writeModelCard, writeRendered, writeReport } from '@attune/report/node';
import {
  adapterDirectory,
  endCheckpoints,
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
  onResult,
  ...options
}: TrainAndReportOptions<P>): Promise<FitResult<P>> {
  const result = await fitSequenceClassifier<P>(untilReported(options as FitOptions<P>));
  const data = {
    ...asPublished(result),
    title: title ?? basename(options.out),
    labelNames,
    generatedAt: new Date().toISOString(),
  } as unknown as AnyReportData; // a result of one kind is the data of a report of that kind
  const [page, card] = [join(options.out, 'report.html'), join(artifactDirectory(options.out), 'README.md')];
  try {
    await onResult?.(result);
  } finally {
    const baseModel = hubIdOf(options.model, result.config);
    await writePages(options, [
      [page, () => writeReport(page, data)],
      [card, () => writeModelCard(card, { ...data, baseModel })],
    ]);
  }
  return result;
}

/** Options of a fit whose checkpoints stay until its report is written. */
export const untilReported = <Options extends Pick<FitOptions, 'keepCheckpoints'>>(options: Options): Options => ({
  ...options,
  keepCheckpoints: options.keepCheckpoints || 'until-reported',
});

/** A result of what the published files give: the metrics of a run that an earlier version began are of what is beside its model. */
function asPublished<P extends Reportable>(result: FitResult<P>): FitResult<P> {
  const { untuned, decision, difference: _, mix: __, ...summary } = result.summary;
  if (!result.untuned || !untuned || decision?.applied) return result;
  const tuned = Object.fromEntries(Object.keys(untuned).map((name) => [name, summary[name as keyof typeof summary]]));
  const published = { ...summary, ...untuned, tuned, decision } as unknown as FitResult<P>['summary'];
  return { ...result, summary: published, test: result.untuned };
}

/** The model's id on the hub; undefined for a new model and one from a directory, as the run's record says. */
function hubIdOf(model: string, { modelDirectory }: Readonly<Record<string, unknown>>): string | undefined {
  return model === 'new' || modelDirectory !== undefined || existsSync(model) ? undefined : model;
}

interface Shown {
  readonly title: string;
  readonly generatedAt: string;
  /** The model's id on the hub; undefined for a new model and one from a directory. */
  readonly baseModel?: string;
}

interface Renderers<Result> {
  readonly report: (data: Result & Shown) => string;
  readonly card: (data: Result & Shown) => string;
}

/**
 * Writes the pages about a run that has ended well; one that cannot be written is a note, or a warning of the process. Then the
 * checkpoints are removed, which nothing needs any more; where a page is missing they stay, for `--resume` to make it anew.
 */
async function writePages(
  { out, keepCheckpoints, onNote = (note) => process.emitWarning(note) }: PageOptions,
  pages: readonly (readonly [path: string, write: () => Promise<void>])[],
): Promise<void> {
  let areWritten = true;
  for (const [path, write] of pages)
    await write().catch((error: Error) => {
      areWritten = false;
      onNote(`${path}: not written, all else of the run is there: ${error.message}`);
    });
  if (areWritten && keepCheckpoints !== true) await endCheckpoints(out, onNote);
}

type PageOptions = Pick<FitOptions, 'out' | 'keepCheckpoints' | 'onNote'>;

interface Reporting extends PageOptions, Pick<FitOptions, 'model'> {
  readonly onSummary: (summary: object) => Promise<void>;
}

/** Gives the summary out, then writes `report.html` and the model's card into a run directory, and ends its checkpoints, which stay until then by `untilReported`. */
export async function writeTaskReport<
  Result extends { readonly summary: object; readonly config: Readonly<Record<string, unknown>> },
>(result: Result, { onSummary, ...options }: Reporting, { report, card }: Renderers<Result>): Promise<void> {
  const { out, model } = options;
  const data = {
    ...result,
    title: basename(out),
    generatedAt: new Date().toISOString(),
    baseModel: hubIdOf(model, result.config),
  };
  const [page, readme] = [join(out, 'report.html'), join(artifactDirectory(out), 'README.md')];
  try {
    await onSummary(result.summary);
  } finally {
    await writePages(options, [
      [page, () => writeRendered(page, () => report(data))],
      [readme, () => writeRendered(readme, () => card(data))],
    ]);
  }
}

/** Where a run directory that is written holds what was trained: its adapter where that stands beside another model, else its model. */
export const artifactDirectory = (run: string): string => adapterDirectory(run) ?? join(run, 'model');
