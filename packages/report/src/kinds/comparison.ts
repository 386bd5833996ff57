// A page that compares several models on a yes-or-no question.
import { type BinaryReport, binaryReport } from '@attune/metrics';
import { count as shownCount, score as shownScore } from '../page/format';
import type { Html } from '../page/html';
import { renderPage } from '../page/page';
import { confusionSection } from '../sections/confusion';
import { type FeatureImportanceOptions, featureImportanceSection } from '../sections/feature-importance';
import { groupRatesSection } from '../sections/group-rates';
import { precisionRecallSection, type ScoredModel } from '../sections/precision-recall';
import { tableSection } from '../sections/table-section';

/** Records with a yes-or-no label, and the scores of models. */
export interface ComparisonData<Own extends ComparedRecord = ComparedRecord> {
  /** Heading of the page. */
  readonly title: string;
  /** Date of the page, as it is printed. */
  readonly generatedAt: string;
  /** The labels for no and yes. */
  readonly labels: readonly [string, string];
  /** The classified records, in the order of the models' scores. */
  readonly records: readonly Own[];
  /** Models with the probability of yes for each record; the page is about the first. */
  readonly models: readonly (ScoredModel & {
    /** Whether to draw its precision-recall curve; at most four have one. */
    readonly curve?: boolean;
  })[];
  /** A sentence about the difference between the first model and the others. */
  readonly note?: string;
  /** Name of the records' `number`, such as `cards`. */
  readonly numberName: string;
  /** Name of the grouping, such as `region`. */
  readonly by: string;
  /** Important terms of a linear model; default no such section. */
  readonly importance?: FeatureImportanceOptions;
  /** Records to list one by one, under a heading. */
  readonly listed?: {
    /** Heading of their section. */
    readonly heading: string;
    /** Whether a record is among them. */
    readonly isListed: (record: Own) => boolean;
  };
  /** Steps of cleaning, with the number of rows. */
  readonly cleaning?: readonly {
    /** The step in words. */
    readonly step: string;
    /** Number of rows that it changed or dropped. */
    readonly count: number;
  }[];
}

/** One record of a comparison. */
export interface ComparedRecord {
  /** Text that the models classified. */
  readonly text: string;
  /** The number that the label was derived from. */
  readonly number: number;
  /** The true label, one of the two. */
  readonly label: string;
  /** Group by which the decisions of the first model are compared. */
  readonly by: string;
}

const metricNames = {
  accuracy: 'accuracy',
  macroF1: 'macro-F1',
  precision: 'precision',
  recall: 'recall',
  f1: 'F1',
  averagePrecision: 'average precision',
  mcc: 'MCC',
} as const satisfies Record<keyof BinaryReport, string>;

const shownFlags = 50;

/**
 * Compares models on a yes-or-no question, as one HTML page like a report: metrics, confusion matrix, precision and recall, important
 * terms of a linear model, rates by group, and the records that the first model flags.
 *
 * @throws RangeError for a label that is not one of `labels`, and as the sections.
 * @example renderComparison({ title: 'Cards', generatedAt: '2026-01-31', labels: ['low', 'high'], records, models, numberName: 'cards', by: 'region' })
 */
export function renderComparison<Own extends ComparedRecord>(data: ComparisonData<Own>): string {
  const { labels, records, models, by, importance, cleaning = [] } = data;
  const yTrue = records.map(({ label }) => idOf(label, labels));
  const yPred = Array.from(models[0].scores, (score) => Number(score >= 0.5));
  const drawn = models.filter(({ curve }) => curve);
  if (drawn.length > 4)
    throw new RangeError(`renderComparison: models[].curve expected at most 4 to be true, got ${drawn.length}`);
  const sections = [
    metricsSection(data, yTrue),
    confusionSection({ labels, test: { yTrue, yPred } }),
    ...(drawn.length > 0 ? [precisionRecallSection(yTrue, drawn)] : []),
    ...(importance ? [featureImportanceSection(importance)] : []),
    groupRatesSection({ yTrue, yPred, groups: records.map((record) => record.by), by }),
    ...listedSections(data),
    flaggedSection(data),
    tableSection({
      ...{ id: 'cleaning', heading: 'Cleaning', columns: ['step', number('rows')] },
      rows: cleaning.map(({ step, count }) => [step, shownCount(count)]),
    }),
  ];
  return renderPage({ title: data.title, generatedAt: data.generatedAt, kind: 'Models compared' }, sections);
}

const number = (name: string) => ({ name, number: true }) as const;

function idOf(label: string, labels: readonly string[]): number {
  const id = labels.indexOf(label);
  if (id >= 0) return id;
  throw new RangeError(`renderComparison: expected a label of ${labels.join(' or ')}, got ${JSON.stringify(label)}`);
}

type Compared = Pick<ComparisonData, 'records' | 'models' | 'labels' | 'numberName' | 'note'>;

function metricsSection({ records, models, labels, note }: Compared, yTrue: readonly number[]): Html {
  const names = Object.keys(metricNames) as (keyof BinaryReport)[];
  return tableSection({
    ...{ id: 'models', heading: `${shownCount(records.length)} records, each held out once` },
    note: `Precision, recall and F1 are of "${labels[1]}".${note ? ` ${note}` : ''}`,
    columns: ['model', ...names.map((name) => number(metricNames[name]))],
    rows: models.map(({ name, scores }) => {
      const report = binaryReport(yTrue, scores);
      return [name, ...names.map((metric) => shownScore(report[metric]))];
    }),
  });
}

function listedSections<Own extends ComparedRecord>(data: ComparisonData<Own>): Html[] {
  const { records, models, listed, labels, numberName } = data;
  if (!listed) return [];
  const rows = [...records.keys()].filter((i) => listed.isListed(records[i]));
  const section = tableSection({
    ...{ id: 'listed', heading: listed.heading },
    note: `The probability of "${labels[1]}" from each model. No model was trained on these records.`,
    columns: ['record', number(numberName), 'label', ...models.map(({ name }) => number(name))],
    rows: rows.map((i) => [
      ...[records[i].text, shownCount(records[i].number), records[i].label],
      ...models.map(({ scores }) => shownScore(scores[i])),
    ]),
  });
  return [section];
}

function flaggedSection({ records, models, labels, numberName }: Compared): Html {
  const [{ name, scores }] = models;
  const flagged = [...records.keys()].filter((i) => scores[i] >= 0.5).sort((a, b) => scores[b] - scores[a]);
  return tableSection({
    ...{ id: 'flagged', heading: `${shownCount(flagged.length)} records flagged` },
    note: `Predicted "${labels[1]}" by the ${name}, the most confident first${flagged.length > shownFlags ? `; the first ${shownFlags}` : ''}.`,
    columns: ['record', number('probability'), number(numberName), 'label'],
    rows: flagged
      .slice(0, shownFlags)
      .map((i) => [records[i].text, shownScore(scores[i]), shownCount(records[i].number), records[i].label]),
  });
}
