// Multi-label classification: its sections of the report, and its part of the model card.
import { argMax } from '@attune/internal';
import { type MultiLabelReport, multiLabelReport, type Scores } from '@attune/metrics';
import { classBias, classTable, type NamedScores, namedLabel } from '../card/class-scores';
import { otherFigures } from '../decision';
import { differencesOf, intervalsOf, setStatistics } from '../intervals';
import { count, decimal, loss, plural, points, score } from '../page/format';
import { type Html, html } from '../page/html';
import { checkColumns, partOf } from '../run-data';
import { decisionNote, resultSection, sampleNote, shareCard } from '../sections/cards';
import { certaintySection } from '../sections/certainty';
import { curves } from '../sections/curves';
import { configurationSection, type Fact, factsSection } from '../sections/facts';
import { fullLabel, labelMarkup } from '../sections/labels';
import { numberCell, scoreCells, scoreTable } from '../sections/score-table';
import { usageSection } from '../sections/usage';
import { type Compared, differencesText, verdictOf } from '../sections/verdict';
import type { MultiLabelReportData, Rows, SetMetrics } from './multi-label-data';
import { surestErrors } from './multi-label-errors';
import type { ProblemKind } from './problem-kind';

export const multiLabel: ProblemKind<MultiLabelReportData> = {
  check: checkSets,
  sections: [
    headline,
    curves,
    perLabel,
    certainty,
    surestErrors,
    usageSection,
    (data) => factsSection(data, labelFacts(data)),
    configurationSection,
  ],
  card: {
    what: 'A multi-label text classifier',
    hubMetrics: ['f1', 'accuracy'],
    metrics: ({ summary }) => [
      { type: 'f1', name: 'Macro F1', value: summary.macroF1 },
      { type: 'f1', name: 'Micro F1', value: summary.microF1 },
      { type: 'accuracy', name: 'Accuracy of whole sets', value: summary.accuracy },
    ],
    lines({ summary }) {
      const { accuracy, macroF1, microF1, baseline, decision } = summary;
      const tuning = otherFigures(summary, shownMetrics);
      const at = decision?.threshold === undefined ? '' : ', each label from a score of 0.5';
      const other =
        baseline &&
        `Baseline (TF-IDF and one logistic regression per label): macro-F1 ${score(baseline.macroF1)}, micro-F1 ${score(baseline.microF1)}, whole sets right ${score(baseline.accuracy)}`;
      return [
        `Macro-F1: ${score(macroF1)}${at}`,
        `Micro-F1: ${score(microF1)}${at}`,
        `Whole sets right: ${score(accuracy)}${at}`,
        ...(tuning ? [tuning] : []),
        ...(other ? [other] : []),
      ];
    },
    answers: (data) => [
      `It assigns any number of these ${count(data.labels.length)} labels to a text: ${data.labels.map((label) => namedLabel(data, label)).join(', ')}.`,
      'It decides each label independently, also for texts in another language or unlike its training texts.',
    ],
    classes: ({ labels }) => `, ${plural(labels.length, 'label')}`,
    sideBySide: [
      ['accuracy', 'accuracy'],
      ['microF1', 'micro-F1'],
      ['macroF1', 'macro-F1'],
    ],
    columns: [
      ['Whole sets right', 'accuracy'],
      ['Micro-F1', 'microF1'],
      ['Macro-F1', 'macroF1'],
    ],
    byClass: (data) => classTable('Label', scoresByLabel(data)),
    bias: (data) => classBias('Labels', scoresByLabel(data), data.test.texts.length),
  },
};

const shownMetrics = ({ accuracy, macroF1, microF1 }: SetMetrics) =>
  `macro-F1 ${score(macroF1)}, micro-F1 ${score(microF1)}, whole sets right ${score(accuracy)}`;

function checkSets({ labels, test, baseline }: MultiLabelReportData): void {
  const rows = { 'test.yTrue': test.yTrue, 'test.yPred': test.yPred, 'baseline.yPred': baseline?.yPred };
  checkColumns(test, rows);
  for (const [name, column] of Object.entries(rows))
    if (column?.some((row) => row.length !== labels.length))
      throw new RangeError(`renderReport: ${name} expected rows of ${labels.length}, one entry per label`);
  const expected = test.texts.length * labels.length;
  if (test.scores.length !== expected)
    throw new RangeError(`renderReport: test.scores expected ${expected} entries, got ${test.scores.length}`);
}

/** Macro-F1, micro-F1 and accuracy of whole sets, compared with the baseline. */
function headline(data: MultiLabelReportData): Html {
  const { summary, test, labels, baseline } = data;
  const statistics = (yPred: Rows) => setStatistics({ yTrue: idsIn(test.yTrue), yPred: idsIn(yPred) }, labels.length);
  const own = statistics(test.yPred);
  const interval = intervalsOf(test.texts.length, own);
  const difference = summary.baseline && baseline && differencesOf(test.texts.length, own, statistics(baseline.yPred));
  const card = (name: string, metric: keyof SetMetrics) =>
    shareCard({
      ...{ name, model: summary[metric], baseline: summary.baseline?.[metric] },
      ...{ interval: interval[metric], difference: difference?.[metric] },
    });
  const compared: readonly Compared[] | null | undefined = difference && [
    ['macro-F1', difference.macroF1],
    ['micro-F1', difference.microF1],
    ['whole sets', difference.accuracy],
  ];
  return resultSection(data, {
    cards: html`${card('Macro-F1', 'macroF1')}${card('Micro-F1', 'microF1')}${card('Whole sets right', 'accuracy')}`,
    below: html`${compared && html`<p class="verdict">${verdictOf(compared)}</p>\n<p class="note">${differencesText(compared)}</p>\n`}<p class="note">Loss ${loss(summary.loss)}: the mean over labels of the negative log likelihood. The baseline is TF-IDF with one logistic regression per label.</p>
${decisionNote(summary, shownMetrics)}
${sampleNote(data, test.texts.length)}`,
  });
}

/** The ids of the labels of each row. */
const idsIn = (rows: Rows) => rows.map((row) => row.flatMap((has, id) => (has === 1 ? [id] : [])));

/** Precision, recall, F1 and support of every label, and the baseline's F1. */
function perLabel(data: MultiLabelReportData): Html {
  const { test, labels } = data;
  const model = multiLabelReport(test.yTrue, test.yPred, { labels });
  const baseline = data.baseline && multiLabelReport(test.yTrue, data.baseline.yPred, { labels });
  return scoreTable({
    ...{ id: 'labels', heading: 'Labels', caption: 'Scores by label' },
    heads: [
      'Label',
      'Precision',
      'Recall',
      'F1',
      ...(baseline ? ['Baseline F1', 'Gain (points)'] : []),
      'Texts',
      ...(data.trainCounts ? ['In training'] : []),
    ],
    rows: labels.map((_, id) => labelRow(data, { id, model, baseline })),
    foot: (['macro', 'micro'] as const).map((name) =>
      averageRow({ name, own: model[name], other: baseline?.[name], isCounted: data.trainCounts !== undefined }),
    ),
  });
}

interface Row {
  readonly id: number;
  readonly model: MultiLabelReport;
  readonly baseline?: MultiLabelReport;
}

const gainCell = (gain: number): Html => numberCell(gain, points);

function labelRow(data: MultiLabelReportData, { id, model, baseline }: Row): Html {
  const label = data.labels[id];
  const own = model.perClass[label];
  return html`<tr><th scope="row"><span>${labelMarkup(data, id)}</span></th>${scoreCells(own, baseline?.perClass[label], gainCell)}${numberCell(own.support, count)}${data.trainCounts && numberCell(data.trainCounts[id] ?? 0, count)}</tr>
`;
}

interface Average {
  readonly name: 'macro' | 'micro';
  readonly own: Scores;
  readonly other: Scores | undefined;
  /** Whether there is a column of training texts. */
  readonly isCounted: boolean;
}

function averageRow({ name, own, other, isCounted }: Average): Html {
  return html`<tr><th scope="row">${{ macro: 'Macro average', micro: 'Micro average' }[name]}</th>${scoreCells(own, other, gainCell)}<td></td>${isCounted && html`<td></td>`}</tr>
`;
}

/** Reliability and precision by recall over all decisions about single labels. */
function certainty({ test: { yTrue, scores } }: MultiLabelReportData): Html | false {
  const truth = Uint8Array.from({ length: scores.length }, (_, i) => {
    const width = yTrue[0].length;
    return yTrue[Math.floor(i / width)][i % width];
  });
  if (!truth.includes(1)) return false;
  const certain = { right: truth, probabilities: scores };
  const ranked = [{ name: 'all labels', yTrue: truth, scores }];
  return certaintySection({
    of: 'labels',
    certain,
    ranked,
    note: 'For all labels together, from the most confident decision down.',
  });
}

/** Texts per label, and labels per text. */
function labelFacts(data: MultiLabelReportData): Fact[] {
  const { labels, test } = data;
  const part = partOf(data);
  const support = labels.map((_, id) => test.yTrue.filter((row) => row[id] === 1).length);
  const sizes = test.yTrue.map((row) => row.reduce((sum, value) => sum + value, 0));
  const most = argMax(support);
  const least = argMax(support.map((texts) => -texts));
  return [
    ['Labels', count(labels.length)],
    [`Most frequent in ${part}`, `${fullLabel(data, most)}: ${plural(support[most], 'text')}`],
    [`Rarest in ${part}`, `${fullLabel(data, least)}: ${plural(support[least], 'text')}`],
    ['Labels per text', decimal(sizes.reduce((a, b) => a + b, 0) / sizes.length)],
    ['Texts without a label', count(sizes.filter((size) => size === 0).length)],
  ];
}

function scoresByLabel(data: MultiLabelReportData): NamedScores[] {
  const { labels, test } = data;
  const { perClass } = multiLabelReport(test.yTrue, test.yPred, { labels });
  return labels.map((label) => ({ ...perClass[label], label: namedLabel(data, label) }));
}
