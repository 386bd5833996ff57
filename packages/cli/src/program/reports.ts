// Trains and reports: what a run directory holds besides the training itself, its report and the model's card.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProblemType } from '@attune/models';
import type { AnyReportData, ReportedProblem } from '@attune/report';
import { writeModelCard, writeRendered, writeReport } from '@attune/report/node';
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
}

/**
 * Fine-tunes a classifier or a regression and writes its run directory, including `report.html` and the model card.
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
  ...options
}: TrainAndReportOptions<P>): Promise<FitResult<P>> {
  const result = await fitSequenceClassifier<P>(options as FitOptions<P>);
  const data = {
    ...result,
    title: title ?? basename(options.out),
    labelNames,
    generatedAt: new Date().toISOString(),
  } as unknown as AnyReportData; // a result of one kind is the data of a report of that kind
  await writeReport(join(options.out, 'report.html'), data);
  await writeModelCard(join(artifactDirectory(options.out), 'README.md'), {
    ...data,
    baseModel: hubIdOf(options.model, result.config),
  });
  return result;
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

/** Writes `report.html` and the model's card into a run directory. */
export async function writeTaskReport<Result extends { readonly config: Readonly<Record<string, unknown>> }>(
  result: Result,
  { out, model }: { readonly out: string; readonly model: string },
  { report, card }: Renderers<Result>,
): Promise<void> {
  const data = {
    ...result,
    title: basename(out),
    generatedAt: new Date().toISOString(),
    baseModel: hubIdOf(model, result.config),
  };
  await writeRendered(join(out, 'report.html'), () => report(data));
  await writeRendered(join(artifactDirectory(out), 'README.md'), () => card(data));
}

/** Where a run directory that is written holds what was trained: its adapter where that stands beside another model, else its model. */
export const artifactDirectory = (run: string): string => adapterDirectory(run) ?? join(run, 'model');
