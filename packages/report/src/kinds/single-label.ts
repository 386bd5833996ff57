// Single-label classification: the data of a run, its sections of the report, and its part of the model card.
import { argMax } from '@attune/internal';
import { type ClassificationReport, type ClassScores, classificationReport, type Scores } from '@attune/metrics';
import { classBias, classTable, type NamedScores, namedLabel } from '../card/class-scores';
import { otherFigures } from '../decision';
import { count, percent, plural, points, score } from '../page/format';
import { type Html, html } from '../page/html';
import { checkColumns, partOf } from '../run-data';
import { keptTexts } from '../sections/cards';
import { certaintySection } from '../sections/certainty';
import { confusionSection } from '../sections/confusion';
import { curves } from '../sections/curves';
import { configurationSection, type Fact, factsSection } from '../sections/facts';
import { fullLabel, labelMarkup, labelName } from '../sections/labels';
import {
  errorTable,
  linesNote,
  mostErrors,
  numberCell,
  scoreCells,
  scoreTable,
  textCell,
} from '../sections/score-table';
import { usageSection } from '../sections/usage';
import type { ProblemKind } from './problem-kind';
import { type ReportData, shownMetrics } from './single-label-data';
import { headline } from './single-label-headline';

export const singleLabel: ProblemKind<ReportData> = {
  check: checkReportData,
  sections: [
    headline,
    curves,
    confusionSection,
    perClass,
    certainty,
    surestErrors,
    usageSection,
    (data) => factsSection(data, classFacts(data)),
    configurationSection,
  ],
  card: {
    what: 'A text classifier',
    hubMetrics: ['accuracy', 'f1'],
    metrics: ({ summary }) => [
      { type: 'accuracy', name: 'Accuracy', value: summary.accuracy },
      { type: 'f1', name: 'Macro F1', value: summary.macroF1 },
    ],
    lines({ summary }) {
      const { accuracy, macroF1, baseline } = summary;
      const tuning = otherFigures(summary, shownMetrics);
      const other =
        baseline &&
        `Baseline (TF-IDF and logistic regression): accuracy ${score(baseline.accuracy)}, macro-F1 ${score(baseline.macroF1)}`;
      const own = [`Accuracy: ${score(accuracy)}`, `Macro-F1: ${score(macroF1)}`];
      return [...own, ...(tuning ? [tuning] : []), ...(other ? [other] : [])];
    },
    answers: (data) => [
      `It assigns one of these ${count(data.labels.length)} labels to a text: ${data.labels.map((label) => namedLabel(data, label)).join(', ')}.`,
      'It always assigns one of them, also to a text that fits none, is in another language, or is unlike its training texts.',
    ],
    classes: ({ labels }) => `, ${plural(labels.length, 'class', 'classes')}`,
    sideBySide: [
      ['accuracy', 'accuracy'],
      ['macroF1', 'macro-F1'],
    ],
    columns: [
      ['Accuracy', 'accuracy'],
      ['Macro-F1', 'macroF1'],
    ],
    byClass: (data) => classTable('Class', scoresByClass(data)),
    bias: (data) => classBias('Classes', scoresByClass(data), data.test.texts.length),
  },
};

function checkReportData({ labels, test, baseline }: ReportData): void {
  if (labels.length < 2) throw new RangeError(`renderReport: labels expected two or more, got ${labels.length}`);
  const ids = { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred, 'baseline.yPred': baseline?.yPred };
  checkColumns(test, { ...ids, 'test.scores': test.scores, 'test.trueScores': test.trueScores });
  for (const [name, column] of Object.entries(ids)) if (column) checkClasses(name, column, labels.length);
}

function checkClasses(name: string, classes: ArrayLike<number>, labels: number): void {
  const wrong = Array.from(classes).findIndex((id) => !(Number.isInteger(id) && id >= 0 && id < labels));
  if (wrong < 0) return;
  throw new RangeError(
    `renderReport: ${name} expected class ids from 0 to ${labels - 1}, got ${classes[wrong]} at ${wrong}`,
  );
}

type Report = ClassificationReport<number>;

/** Precision, recall, F1 and support of every class, and the baseline's F1. */
function perClass(data: ReportData): Html {
  const model = classificationReport(data.test.yTrue, data.test.yPred);
  const baseline = data.baseline && classificationReport(data.test.yTrue, data.baseline.yPred);
  const average = (name: string, kind: 'macro' | 'weighted') =>
    averageRow({ name, own: model[kind], other: baseline?.[kind], isCounted: data.trainCounts !== undefined });
  const isNamed = data.labels.some((_, id) => labelName(data, id) !== undefined);
  return scoreTable({
    ...{ id: 'classes', heading: 'Classes', caption: 'Scores by class' },
    heads: [
      `Class${isNamed ? ' and name' : ''}`,
      ...['Precision', 'Recall', 'F1', ...(baseline ? ['Baseline F1', 'Gain (points)'] : []), 'Texts'],
      ...(data.trainCounts ? ['In training'] : []),
    ],
    rows: data.labels.map((_, id) => classRow(data, { id, model, baseline })),
    foot: html`${average('Macro average', 'macro')}${average('Weighted average', 'weighted')}`,
    below: html`<p class="note">Averages are over the classes that occur in truth or prediction.</p>`,
  });
}

/** The scores of a class that occurs in neither truth nor prediction. */
const absent: ClassScores = { precision: 0, recall: 0, f1: 0, support: 0 };

function classRow(data: ReportData, { id, model, baseline }: { id: number; model: Report; baseline?: Report }): Html {
  const own = model.perClass[id] ?? absent;
  const other = baseline && (baseline.perClass[id] ?? absent);
  return html`<tr><th scope="row"><span>${labelMarkup(data, id)}</span></th>${scoreCells(own, other, gainCell)}${numberCell(own.support, count)}${data.trainCounts && numberCell(data.trainCounts[id] ?? 0, count)}</tr>
`;
}

interface Average {
  readonly name: string;
  readonly own: Scores;
  readonly other: Scores | undefined;
  /** Whether there is a column of training texts. */
  readonly isCounted: boolean;
}

function averageRow({ name, own, other, isCounted }: Average): Html {
  return html`<tr><th scope="row">${name}</th>${scoreCells(own, other, gainCell)}<td></td>${isCounted && html`<td></td>`}</tr>
`;
}

/** A difference without color, since no interval shows a gain or a loss here. */
const gainCell = (gain: number): Html => html`<td class="number" data-value="${gain}">${points(gain)}</td>`;

/** Reliability, and precision by recall: per class for two classes, else over all predictions by confidence. */
function certainty({ test, labels }: ReportData): Html {
  const { yTrue, yPred, scores } = test;
  const right = Array.from(yTrue, (id, i) => Number(id === yPred[i]));
  const certain = { right, probabilities: scores };
  if (labels.length > 2) {
    const note =
      'If only predictions above a probability are kept: the share of them that is right (precision), by the share of all right predictions that is kept (recall).';
    return certaintySection({ of: 'predictions', certain, ranked: [{ name: 'answers', yTrue: right, scores }], note });
  }
  const ranked = labels.flatMap((name, id) => {
    const truth = Array.from(yTrue, (own) => Number(own === id));
    const probability = Array.from(scores, (value, i) => (yPred[i] === id ? value : 1 - value));
    return truth.includes(1) ? [{ name, yTrue: truth, scores: probability }] : [];
  });
  return certaintySection({
    of: 'predictions',
    certain,
    ranked,
    note: 'For each class, from the most confident text down.',
  });
}

/** The wrong predictions with the highest probability; often their label is wrong. */
function surestErrors(data: ReportData): Html {
  const { test } = data;
  const wrong = test.texts.map((_, i) => i).filter((i) => test.yTrue[i] !== test.yPred[i]);
  wrong.sort((a, b) => test.scores[b] - test.scores[a]);
  const total = count(test.texts.length);
  const table = errorTable(
    'Wrong predictions by probability',
    {
      heads: ['Text', 'True', 'Predicted'],
      numbers: ['Probability', ...(test.trueScores ? ['Of the true class'] : [])],
    },
    wrong.slice(0, mostErrors).map((i) => errorRow(data, i)),
  );
  return html`<section aria-labelledby="errors">
<h2 id="errors">Most confident errors</h2>
${
  wrong.length === 0
    ? html`<p class="note">All ${total} ${keptTexts(data)} were predicted right.</p>`
    : html`<p class="note">${count(wrong.length)} of ${total} ${keptTexts(data)} are wrong. The ${count(Math.min(wrong.length, mostErrors))} most confident ones:</p>
${table}${linesNote(test)}`
}
</section>`;
}

function errorRow(data: ReportData, i: number): Html {
  const { yTrue, yPred, scores, trueScores } = data.test;
  return html`<tr>${textCell(data.test, i)}<td>${labelMarkup(data, yTrue[i])}</td><td>${labelMarkup(data, yPred[i])}</td><td class="number">${percent(scores[i])}</td>${
    trueScores && html`<td class="number">${percent(trueScores[i])}</td>`
  }</tr>
`;
}

function classFacts(data: ReportData): Fact[] {
  const { labels, test } = data;
  const part = partOf(data);
  const support = new Array<number>(labels.length).fill(0);
  for (let i = 0; i < test.yTrue.length; i++) support[test.yTrue[i]]++;
  const most = argMax(support);
  const least = argMax(support.map((texts) => -texts));
  return [
    ['Classes', count(labels.length)],
    [`Largest class in ${part}`, `${fullLabel(data, most)}: ${plural(support[most], 'text')}`],
    [`Smallest class in ${part}`, `${fullLabel(data, least)}: ${plural(support[least], 'text')}`],
    ['Always guessing the largest', `${percent(support[most] / test.texts.length)} accuracy`],
  ];
}

function scoresByClass(data: ReportData): NamedScores[] {
  const { perClass } = classificationReport(data.test.yTrue, data.test.yPred);
  return data.labels.map((label, id) => ({ ...(perClass[id] ?? absent), label: namedLabel(data, label) }));
}
