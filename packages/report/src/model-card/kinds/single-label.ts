import { classificationReport } from '@attune/metrics';
import { count, plural, score } from '../../format';
import type { ReportData } from '../../report-data';
import type { CardKind } from '../card-kind';
import { classBias, classTable, type NamedScores, named } from './class-scores';

/** One label a text. */
export const singleLabelCard: CardKind<ReportData> = {
  what: 'A text classifier',
  metrics: ['accuracy', 'f1'],
  figures: ({ summary }) => [
    { type: 'accuracy', name: 'Accuracy', value: summary.accuracy },
    { type: 'f1', name: 'Macro F1', value: summary.macroF1 },
  ],
  lines({ summary: { accuracy, macroF1, baseline } }) {
    const other =
      baseline &&
      `Baseline (TF-IDF and logistic regression): accuracy ${score(baseline.accuracy)}, macro-F1 ${score(baseline.macroF1)}`;
    return [`Accuracy: ${score(accuracy)}`, `Macro-F1: ${score(macroF1)}`, ...(other ? [other] : [])];
  },
  answers: (data) => [
    `It gives a text one of ${count(data.labels.length)} labels: ${data.labels.map((label) => named(data, label)).join(', ')}.`,
    'It always answers with one of them, also for a text that fits none, in another language, or unlike its training texts.',
  ],
  classes: ({ labels }) => `, ${plural(labels.length, 'class', 'classes')}`,
  columns: [
    ['Accuracy', 'accuracy'],
    ['Macro-F1', 'macroF1'],
  ],
  byClass: (data) => classTable('Class', scoresByClass(data)),
  bias: (data) => classBias('Classes', scoresByClass(data), data.test.texts.length),
};

function scoresByClass(data: ReportData): NamedScores[] {
  const { perClass } = classificationReport(data.test.yTrue, data.test.yPred);
  const absent = { precision: 0, recall: 0, f1: 0, support: 0 };
  return data.labels.map((label, id) => ({ ...(perClass[id] ?? absent), label: named(data, label) }));
}
