// The metrics of a run's kept predictions, as functions of the drawn texts.
import type { Statistic } from '@attune/metrics';
import { classStatistics, entityStatistics, errorStatistics, setStatistics } from '../intervals';
import type { MultiLabelReportData } from '../kinds/multi-label-data';
import type { RegressionReportData } from '../kinds/regression';
import type { ReportData } from '../kinds/single-label-data';
import type { TokenRunData } from '../kinds/token';
import { countsOf, entitiesIn, type Reading } from '../sections/entity-errors';
import { readPredictions } from './read-predictions';
import type { RunFiles } from './render-run';

/** Metrics over the texts of a run. */
export interface Measured {
  readonly kind: string;
  readonly count: number;
  /** Equal for runs with the same texts and true labels. */
  readonly key: string;
  readonly statistics: Readonly<Record<string, Statistic>>;
}

/** The metrics of a run's predictions; undefined for a run without predictions, and for generated texts. */
export function measuredOf({ predictions, summary }: RunFiles): Measured | undefined {
  if (predictions === undefined) return undefined;
  const { kind, data } = readPredictions(predictions);
  if (kind === 'single-label') {
    const { test, labels } = data as ReportData;
    const key = [test.texts, Array.from(test.yTrue, (id) => labels[id])];
    return {
      kind,
      count: test.texts.length,
      key: JSON.stringify(key),
      statistics: { ...classStatistics(test, labels.length) },
    };
  }
  if (kind === 'multi-label') {
    const { test, labels } = data as MultiLabelReportData;
    const idsIn = (rows: typeof test.yTrue) => rows.map((row) => row.flatMap((has, id) => (has === 1 ? [id] : [])));
    const [yTrue, yPred] = [idsIn(test.yTrue), idsIn(test.yPred)];
    const key = [test.texts, yTrue.map((ids) => ids.map((id) => labels[id]))];
    const statistics = { ...setStatistics({ yTrue, yPred }, labels.length) };
    return { kind, count: test.texts.length, key: JSON.stringify(key), statistics };
  }
  if (kind === 'regression') {
    const { test } = data as RegressionReportData;
    const key = JSON.stringify([test.texts, Array.from(test.yTrue)]);
    return { kind, count: test.texts.length, key, statistics: { ...errorStatistics(test) } };
  }
  const { test } = data as TokenRunData;
  if (kind !== 'tags' || !test || test.sentences.length === 0) return undefined;
  const sentences = entitiesIn(test, summary as unknown as Reading);
  const key = JSON.stringify(test.sentences.map(({ words, tags }) => [words, tags]));
  return { kind, count: sentences.length, key, statistics: { ...entityStatistics(sentences.map(countsOf)) } };
}
