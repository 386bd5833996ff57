import { multiLabelReport } from '@attune/metrics';
import { count, plural, score } from '../../format';
import type { MultiLabelReportData } from '../../report-data';
import type { CardKind } from '../card-kind';
import { classBias, classTable, type NamedScores, named } from './class-scores';

/** Any number of labels a text. */
export const multiLabelCard: CardKind<MultiLabelReportData> = {
  what: 'A multi-label text classifier',
  metrics: ['f1', 'accuracy'],
  figures: ({ summary }) => [
    { type: 'f1', name: 'Macro F1', value: summary.macroF1 },
    { type: 'f1', name: 'Micro F1', value: summary.microF1 },
    { type: 'accuracy', name: 'Accuracy of whole sets', value: summary.accuracy },
  ],
  lines({ summary: { accuracy, macroF1, microF1, baseline } }) {
    const other =
      baseline &&
      `Baseline (TF-IDF and a logistic regression a label): macro-F1 ${score(baseline.macroF1)}, micro-F1 ${score(baseline.microF1)}, whole sets right ${score(baseline.accuracy)}`;
    return [
      `Macro-F1: ${score(macroF1)}`,
      `Micro-F1: ${score(microF1)}`,
      `Whole sets right: ${score(accuracy)}`,
      ...(other ? [other] : []),
    ];
  },
  answers: (data) => [
    `It gives a text any number of ${count(data.labels.length)} labels: ${data.labels.map((label) => named(data, label)).join(', ')}.`,
    'It judges each label by itself, also for a text in another language, or unlike its training texts.',
  ],
  classes: ({ labels }) => `, ${plural(labels.length, 'label')}`,
  columns: [
    ['Whole sets right', 'accuracy'],
    ['Micro-F1', 'microF1'],
    ['Macro-F1', 'macroF1'],
  ],
  byClass: (data) => classTable('Label', scoresByLabel(data)),
  bias: (data) => classBias('Labels', scoresByLabel(data), data.test.texts.length),
};

function scoresByLabel(data: MultiLabelReportData): NamedScores[] {
  const { labels, test } = data;
  const { perClass } = multiLabelReport(test.yTrue, test.yPred, { labels });
  return labels.map((label) => ({ ...perClass[label], label: named(data, label) }));
}
