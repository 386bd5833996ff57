import { type BinaryReport, binaryReport } from '@attune/metrics';
import { count as shownCount, score as shownScore } from '../format';
import type { Html } from '../html';
import { renderPage } from '../render-report';
import { type FeatureImportanceOptions, featureImportanceSection } from '../sections/feature-importance';
import { groupRatesSection } from '../sections/group-rates';
import { matrix } from '../sections/matrix';
import { precisionRecallSection, type ScoredModel } from '../sections/precision-recall';
import { tableSection } from '../sections/table-section';

/** What is asked of a record, and what models say. */
export interface ComparisonData<Own extends ComparedRecord = ComparedRecord> {
  readonly title: string;
  readonly generatedAt: string;
  /** What no and yes are called. */
  readonly labels: readonly [string, string];
  readonly records: readonly Own[];
  /** The probability of yes by each model, record by record; the page is about the first. */
  readonly models: readonly (ScoredModel & {
    /** Whether it has a curve of precision by recall; of most four. */
    readonly curve?: boolean;
  })[];
  /** How far the first is ahead, in a sentence. */
  readonly note?: string;
  /** What `number` of a record is, such as `cards`. */
  readonly numberName: string;
  /** What groups are, such as `region`. */
  readonly by: string;
  readonly importance?: FeatureImportanceOptions;
  /** Records to be listed one by one, under a heading. */
  readonly listed?: { readonly heading: string; readonly isListed: (record: Own) => boolean };
  /** What cleaning did, and to how many rows. */
  readonly cleaning?: readonly { readonly step: string; readonly count: number }[];
}

export interface ComparedRecord {
  readonly text: string;
  readonly number: number;
  readonly label: string;
  /** By which the first model's decisions are compared. */
  readonly by: string;
}

const figures = {
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
 * Models side by side on a yes-or-no question, as one page like a report's: figures, confusions, precision and recall, what a
 * linear model goes by, rates by group, the records that the first model says yes to.
 *
 * Throws RangeError for a label that is none of `labels`, and as the sections it is made of.
 * @example renderComparison({ title: 'Cards', generatedAt: '2026-01-31', labels: ['low', 'high'], records, models, numberName: 'cards', by: 'region' })
 */
export function renderComparison<Own extends ComparedRecord>(data: ComparisonData<Own>): string {
  const { labels, records, models, by, importance, cleaning = [] } = data;
  const yTrue = records.map(({ label }) => idOf(label, labels));
  const yPred = Array.from(models[0].scores, (score) => Number(score >= 0.5));
  const sections = [
    figuresSection(data, yTrue),
    matrix({ labels, test: { yTrue, yPred } }),
    precisionRecallSection(
      yTrue,
      models.filter(({ curve }) => curve),
    ),
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

type Figured = Pick<ComparisonData, 'records' | 'models' | 'labels' | 'numberName' | 'note'>;

function figuresSection({ records, models, labels, note }: Figured, yTrue: readonly number[]): Html {
  const names = Object.keys(figures) as (keyof BinaryReport)[];
  return tableSection({
    ...{ id: 'models', heading: `${shownCount(records.length)} records, each held out once` },
    note: `Precision, recall and F1 are of "${labels[1]}".${note ? ` ${note}` : ''}`,
    columns: ['model', ...names.map((name) => number(figures[name]))],
    rows: models.map(({ name, scores }) => {
      const report = binaryReport(yTrue, scores);
      return [name, ...names.map((figure) => shownScore(report[figure]))];
    }),
  });
}

function listedSections<Own extends ComparedRecord>(data: ComparisonData<Own>): Html[] {
  const { records, models, listed, labels, numberName } = data;
  if (!listed) return [];
  const rows = [...records.keys()].filter((i) => listed.isListed(records[i]));
  const section = tableSection({
    ...{ id: 'listed', heading: listed.heading },
    note: `The probability of "${labels[1]}" by each model, none of which has seen these records.`,
    columns: ['record', number(numberName), 'label', ...models.map(({ name }) => number(name))],
    rows: rows.map((i) => [
      ...[records[i].text, shownCount(records[i].number), records[i].label],
      ...models.map(({ scores }) => shownScore(scores[i])),
    ]),
  });
  return [section];
}

function flaggedSection({ records, models, labels, numberName }: Figured): Html {
  const [{ name, scores }] = models;
  const flagged = [...records.keys()].filter((i) => scores[i] >= 0.5).sort((a, b) => scores[b] - scores[a]);
  return tableSection({
    ...{ id: 'flagged', heading: `${shownCount(flagged.length)} records flagged` },
    note: `Predicted "${labels[1]}" by the ${name}, the surest first${flagged.length > shownFlags ? `; the first ${shownFlags}` : ''}.`,
    columns: ['record', number('probability'), number(numberName), 'label'],
    rows: flagged
      .slice(0, shownFlags)
      .map((i) => [records[i].text, shownScore(scores[i]), shownCount(records[i].number), records[i].label]),
  });
}
