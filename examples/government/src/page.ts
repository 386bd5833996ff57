import { type BaselineOptions, featureImportance, trainBaseline } from '@attune/baseline';
import {
  confusionSection,
  featureImportanceSection,
  groupRatesSection,
  precisionRecallSection,
  renderPage,
  tableSection,
} from '@attune/report';
import { labelled, modelNames, type Scores } from './models';
import type { CleaningStep, LabelledRecord } from './records';
import {
  aheadText,
  type Comparison,
  decided,
  flaggedRecords,
  groupRows,
  modelColumns,
  modelRows,
  names,
  truthOf,
} from './results';

export interface PageData {
  readonly title: string;
  readonly by: string;
  readonly group?: string;
  readonly records: readonly LabelledRecord[];
  readonly steps: readonly CleaningStep[];
  readonly scores: Scores;
  readonly comparison: Comparison;
  /** Of the TF-IDF whose weights are shown: trained on all records, nothing is measured with it. */
  readonly baseline: BaselineOptions;
}

export function resultPage({ title, by, group, records, steps, scores, comparison, baseline }: PageData): string {
  const [yTrue, yPred] = [truthOf(records), decided(scores.transformer)];
  const numbers = (heads: readonly string[]) => heads.map((name) => ({ name, number: true as const }));
  const { texts, labels } = labelled(records);
  const compared = (['transformer', 'tfidf', 'embeddings'] as const).map((name) => ({
    name: modelNames[name],
    scores: scores[name],
  }));
  const flagged = flaggedRecords(records, scores);
  const rows = group === undefined ? [] : groupRows(records, scores, group);
  const [first, ...rest] = modelColumns;
  return renderPage({ title, generatedAt: new Date().toISOString() }, [
    tableSection({
      ...{ id: 'models', heading: `${records.length} records, each held out once`, columns: [first, ...numbers(rest)] },
      note: `Precision, recall and F1 are of "high". Macro-F1 of the transformer less TF-IDF's: ${aheadText(comparison)}.`,
      rows: modelRows(comparison),
    }),
    confusionSection({ labels: ['low', 'high'], test: { yTrue, yPred } }),
    precisionRecallSection(yTrue, compared),
    featureImportanceSection({
      label: 'high',
      ...featureImportance(trainBaseline(texts, labels, baseline), 'high', { count: 12 }),
    }),
    groupRatesSection({ yTrue, yPred, groups: records.map((record) => record.by), by }),
    ...(group === undefined
      ? []
      : [
          tableSection({
            ...{
              id: 'one-group',
              heading: group,
              rows,
              note: 'The probability of "high" by each model, none of which has seen these records.',
            },
            columns: ['text', ...numbers(['volume']), 'label', ...numbers(names)],
          }),
        ]),
    tableSection({
      ...{
        id: 'flagged',
        heading: `${flagged.length} records flagged`,
        note: 'Predicted "high" by the transformer, the surest first; the first 50 here, all in flagged.csv.',
      },
      columns: ['record', ...numbers(['probability', 'volume']), 'label'],
      rows: flagged.slice(0, 50).map(({ text, score, volume, label }) => [text, score.toFixed(3), volume, label]),
    }),
    tableSection({
      id: 'cleaning',
      heading: 'Cleaning',
      columns: ['step', ...numbers(['rows'])],
      rows: steps.map(({ step, count }) => [step, count]),
    }),
  ]);
}
