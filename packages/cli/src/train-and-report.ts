import { basename, join } from 'node:path';
import { writeReport } from '@attune/report/node';
import { type FitOptions, type FitResult, fitSequenceClassifier } from '@attune/train/node';

export interface TrainAndReportOptions extends FitOptions {
  /** The report's heading; the run directory's name unless given. */
  readonly title?: string;
  /** What labels mean, where the report should say it: `{ '31-33': 'Manufacturing' }`. */
  readonly labelNames?: Readonly<Record<string, string>>;
}

/**
 * Fine-tunes a classifier and writes its run directory, `report.html` included.
 *
 * @throws AttuneError as `fitSequenceClassifier`, before anything is written where the input is wrong
 * @example
 * const { summary } = await trainAndReport({ data, model: 'new', engine, out: 'runs/sectors' });
 * console.log(summary.accuracy);
 */
export async function trainAndReport({ title, labelNames, ...options }: TrainAndReportOptions): Promise<FitResult> {
  const result = await fitSequenceClassifier(options);
  await writeReport(join(options.out, 'report.html'), {
    ...result,
    title: title ?? basename(options.out),
    labelNames,
    generatedAt: new Date().toISOString(),
  });
  return result;
}
