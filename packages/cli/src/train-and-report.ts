import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ProblemType } from '@attune/models';
import type { AnyReportData } from '@attune/report';
import { writeModelCard, writeReport } from '@attune/report/node';
import { type FitOptions, type FitResult, fitSequenceClassifier } from '@attune/train/node';
import { trainedIn } from './trained-in';

export interface TrainAndReportOptions<P extends ProblemType = 'single_label_classification'> extends FitOptions<P> {
  /** The report's heading; the run directory's name unless given. */
  readonly title?: string;
  /** What labels mean, where the report should say it: `{ '31-33': 'Manufacturing' }`. */
  readonly labelNames?: Readonly<Record<string, string>>;
}

/**
 * Fine-tunes a classifier or a regression and writes its run directory, `report.html` and the model's card included.
 *
 * @throws AttuneError as `fitSequenceClassifier`, before anything is written where the input is wrong
 * @example
 * const { summary } = await trainAndReport({ data, model: 'new', engine, out: 'runs/sectors' });
 * console.log(summary.accuracy);
 */
export async function trainAndReport<P extends ProblemType = 'single_label_classification'>({
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
  await writeModelCard(join(trainedIn(options.out), 'README.md'), { ...data, baseModel: hubIdOf(options.model) });
  return result;
}

/** The model's id on the hub; undefined for a new model and one from a directory. */
function hubIdOf(model: string): string | undefined {
  return model === 'new' || existsSync(model) ? undefined : model;
}
