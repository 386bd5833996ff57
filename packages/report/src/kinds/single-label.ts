// Single-label classification: the data of a run, its sections of the report, and its part of the model card.
import { argMax } from '@attune/internal';
import { type ClassificationReport, type ClassScores, classificationReport, type Scores } from '@attune/metrics';
import { classBias, classTable, type NamedScores, namedLabel } from '../card/class-scores';
import { otherFigures, type TunedMetrics } from '../decision';
import { classStatistics, differencesOf, type Estimate, intervalsOf } from '../intervals';
import { count, loss, percent, plural, points, score } from '../page/format';
import { type Html, html } from '../page/html';
import { checkColumns, partOf, type RunData, type RunFacts, type TestTexts } from '../run-data';
import { decisionNote, metricCard, resultSection, sampleNote, shareCard } from '../sections/cards';
import { certaintySection } from '../sections/certainty';
import { confusionSection } from '../sections/confusion';
import { curves } from '../sections/curves';
import { configurationSection, type Fact, factsSection } from '../sections/facts';
import { fullLabel, type Labels, labelMarkup, labelName } from '../sections/labels';
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
import { verdictOf } from '../sections/verdict';
import type { ProblemKind } from './problem-kind';

interface ClassMetrics {
  readonly accuracy: number;
  readonly macroF1: number;
}

interface Differences {
  readonly accuracy: Estimate;
  readonly macroF1: Estimate;
}

/** `summary.json` of a single-label classifier. */
export interface RunSummary extends RunFacts, ClassMetrics, TunedMetrics<ClassMetrics> {
  readonly baseline?: ClassMetrics | null;
  /** Metrics of the model minus those of the baseline. */
  readonly difference?: Differences;
  /** Metrics of a weighted mean of the probabilities of model and baseline. */
  readonly mix?: ClassMetrics & { readonly modelWeight: number; readonly difference: Differences };
}

/** The test split and its predictions; classes are indices into `labels`. */
export interface TestPredictions extends TestTexts {
  readonly yTrue: ArrayLike<number>;
  readonly yPred: ArrayLike<number>;
  /** Probability of the predicted class. */
  readonly scores: ArrayLike<number>;
  /** Probability of the true class. */
  readonly trueScores?: ArrayLike<number>;
}

/** The data of a report of a single-label classifier. */
export interface ReportData extends RunData, Labels {
  readonly problemType?: 'single_label_classification';
  readonly summary: RunSummary;
  readonly test: TestPredictions;
  /** Training texts by class id. */
  readonly trainCounts?: readonly number[];
  readonly baseline?: { readonly yPred: ArrayLike<number> };
}

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
      `It gives a text one of ${count(data.labels.length)} labels: ${data.labels.map((label) => namedLabel(data, label)).join(', ')}.`,
      'It always answers with one of them, also for a text that fits none, in another language, or unlike its training texts.',
    ],
    classes: ({ labels }) => `, ${plural(labels.length, 'class', 'classes')}`,
    columns: [
      ['Accuracy', 'accuracy'],
      ['Macro-F1', 'macroF1'],
    ],
    byClass: (data) => classTable('Class', scoresByClass(data)),
    bias: (data) => classBias('Classes', scoresByClass(data), data.test.texts.length),
  },
};

const shownMetrics = ({ accuracy, macroF1 }: ClassMetrics) => `accuracy ${score(accuracy)}, macro-F1 ${score(macroF1)}`;

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

/** Accuracy and macro-F1 beside those of the baseline. */
function headline(data: ReportData): Html {
  const { summary, test, labels } = data;
  const { baseline } = summary;
  const own = intervalsOf(test.texts.length, classStatistics(test, labels.length));
  const difference = differenceIn(data);
  const card = (name: string, metric: 'accuracy' | 'macroF1') =>
    shareCard({
      ...{ name, model: summary[metric], baseline: baseline?.[metric] },
      ...{ interval: own[metric], difference: difference?.[metric] },
    });
  return resultSection(data, {
    cards: html`${card('Accuracy', 'accuracy')}${card('Macro-F1', 'macroF1')}${metricCard('Loss', loss(summary.loss), 'mean negative log likelihood of the true class')}`,
    below: html`<p class="verdict">${verdict(summary, difference)}</p>
${intervals(summary, difference)}
${paired(data)}
${decisionNote(summary, shownMetrics)}
${sampleNote(data, test.texts.length)}`,
  });
}

/** How far the model is ahead: as the run says, else measured on the predictions. */
function differenceIn({ summary, test, baseline, labels }: ReportData): Differences | undefined {
  if (summary.difference) return summary.difference;
  if (!summary.baseline || !baseline) return undefined;
  const [own, other] = [test.yPred, baseline.yPred].map((yPred) =>
    classStatistics({ yTrue: test.yTrue, yPred }, labels.length),
  );
  return differencesOf(test.texts.length, own, other);
}

function verdict({ baseline }: RunSummary, difference: Differences | undefined): string {
  if (!baseline) return 'There is no baseline to hold the model beside.';
  if (!difference) return 'How sure the difference to the baseline is was not measured.';
  return verdictOf([
    ['accuracy', difference.accuracy],
    ['macro-F1', difference.macroF1],
  ]);
}

/** The interval of the difference, and the metrics of model and baseline mixed. */
function intervals({ baseline, mix }: RunSummary, difference: Differences | undefined): Html | false {
  if (!baseline || !difference) return false;
  const mixed =
    mix &&
    html` Of a mix, ${percent(mix.modelWeight, 0)} model and the rest baseline: accuracy ${percent(mix.accuracy)}, macro-F1 ${percent(mix.macroF1)}; ahead by ${between(mix.difference)}.`;
  return html`<p class="note">With 95% confidence the model is ahead by ${between(difference)} (paired bootstrap over the texts). A range with zero in it decides nothing.${mixed}</p>`;
}

function between({ accuracy, macroF1 }: Differences): string {
  const range = ({ low, high }: Estimate) => `${points(low)} to ${points(high)}`;
  return `${range(accuracy)} points of accuracy and ${range(macroF1)} of macro-F1`;
}

/** Numbers of texts on which only one of model and baseline is right. */
function paired({ test, baseline }: ReportData): Html | false {
  if (!baseline) return false;
  let [modelOnly, baselineOnly, neither] = [0, 0, 0];
  for (let i = 0; i < test.texts.length; i++) {
    const model = test.yPred[i] === test.yTrue[i];
    const other = baseline.yPred[i] === test.yTrue[i];
    if (model && !other) modelOnly++;
    if (other && !model) baselineOnly++;
    if (!model && !other) neither++;
  }
  return html`<p class="note">Only the model is right on ${plural(modelOnly, 'text')}, only the baseline on ${count(baselineOnly)}, neither on ${count(neither)}.</p>`;
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

function gainCell(gain: number): Html {
  const kind = Math.abs(gain) < 0.0005 ? '' : gain > 0 ? ' up' : ' down';
  return html`<td class="number${kind}" data-value="${gain}">${points(gain)}</td>`;
}

/** Reliability, and precision by recall: of each of two classes, else of the answers that are kept. */
function certainty({ test, labels }: ReportData): Html {
  const { yTrue, yPred, scores } = test;
  const right = Array.from(yTrue, (id, i) => Number(id === yPred[i]));
  const certain = { right, probabilities: scores };
  if (labels.length > 2) {
    const note =
      'Of the answers that are kept when only the surest are: the share that is right, by the share of all right answers that is kept.';
    return certaintySection({ of: 'predictions', certain, ranked: [{ name: 'answers', yTrue: right, scores }], note });
  }
  const ranked = labels.flatMap((name, id) => {
    const truth = Array.from(yTrue, (own) => Number(own === id));
    const probability = Array.from(scores, (value, i) => (yPred[i] === id ? value : 1 - value));
    return truth.includes(1) ? [{ name, yTrue: truth, scores: probability }] : [];
  });
  return certaintySection({ of: 'predictions', certain, ranked, note: 'Of each class, from the surest text down.' });
}

/** The wrong predictions of highest probability, which often have a wrong label. */
function surestErrors(data: ReportData): Html {
  const { test } = data;
  const wrong = test.texts.map((_, i) => i).filter((i) => test.yTrue[i] !== test.yPred[i]);
  wrong.sort((a, b) => test.scores[b] - test.scores[a]);
  const total = count(test.texts.length);
  const table = errorTable(
    'Wrong predictions by probability',
    { heads: ['Text', 'True', 'Predicted'], numbers: ['Sure of it', ...(test.trueScores ? ['Gave the truth'] : [])] },
    wrong.slice(0, mostErrors).map((i) => errorRow(data, i)),
  );
  return html`<section aria-labelledby="errors">
<h2 id="errors">Surest errors</h2>
${
  wrong.length === 0
    ? html`<p class="note">Every one of the ${total} ${partOf(data)} texts was predicted right.</p>`
    : html`<p class="note">${count(wrong.length)} of ${total} ${partOf(data)} texts are wrong; the ${count(Math.min(wrong.length, mostErrors))} the model was surest of:</p>
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
