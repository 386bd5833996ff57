import { linesOf, pointsOf, smooth, thin } from '../charts/history';
import { type Curve, lineChart } from '../charts/line-chart';
import { count, decimal, loss, percent, score } from '../page/format';
import { type Html, html } from '../page/html';
import type { EvalLine, RunData, RunFacts, TrainLine } from '../run-data';

/** More points than this are indistinguishable at the width of a chart. */
const mostPoints = 400;

/** A run. The evaluation of the kept model is marked if it is known. */
type Trained = Pick<RunData, 'history'> & { readonly summary?: Pick<RunFacts, 'bestEpoch' | 'bestStep'> };

/** Curves of the training loss by step and of losses, scores or errors by epoch, and a table of all evaluations. */
export function curves({ history, summary }: Trained): Html {
  const training = linesOf(history, 'train');
  const evaluations = linesOf(history, 'eval');
  const best = evaluations.length > 1 ? evaluations.find(({ step }) => step === summary?.bestStep) : undefined;
  const mark = best && { at: best.epoch, name: 'best' };
  const charts = [
    stepChart(training),
    ...[lossChart, scoreChart, errorChart].map((chart) => chart(evaluations, mark)),
  ].filter((chart) => chart !== false);
  return html`<section aria-labelledby="training">
<h2 id="training">Training</h2>
${charts.length === 0 ? html`<p class="note">No training steps and no evaluations were recorded.</p>` : html`<div class="charts">${charts}</div>`}
${evaluations.length > 0 && epochTable(evaluations, best)}
</section>`;
}

type Mark = { readonly at: number; readonly name: string } | undefined;

function stepChart(training: readonly TrainLine[]): Html | false {
  const raw = thin(pointsOf(training, 'step', 'loss'), mostPoints);
  return figure('Training loss by step', {
    id: 'step-loss',
    xName: 'step',
    xFrom: 0,
    formatY: decimal,
    curves: [
      { name: 'as recorded', color: 'var(--model)', points: raw, faint: true },
      { name: 'smoothed', color: 'var(--model)', points: smooth(raw) },
    ],
  });
}

function lossChart(evaluations: readonly EvalLine[], mark: Mark): Html | false {
  return figure('Loss by epoch', {
    id: 'epoch-loss',
    mark,
    xName: 'epoch',
    formatY: decimal,
    curves: [
      {
        name: 'training',
        color: 'var(--second)',
        dash: 'dashed',
        points: pointsOf(evaluations, 'epoch', 'trainLoss'),
        dots: true,
      },
      { name: 'evaluation', color: 'var(--model)', points: pointsOf(evaluations, 'epoch', 'loss'), dots: true },
    ],
  });
}

function scoreTitle(evaluations: readonly EvalLine[]): string {
  const has = (key: keyof EvalLine) => evaluations.some((line) => line[key] !== undefined);
  if (has('f1')) return 'Accuracy and F1 of entities by epoch';
  return has('macroF1') ? 'Accuracy and macro-F1 by epoch' : 'Accuracy by epoch';
}

function scoreChart(evaluations: readonly EvalLine[], mark: Mark): Html | false {
  return figure(scoreTitle(evaluations), {
    id: 'epoch-scores',
    mark,
    xName: 'epoch',
    formatY: (value) => percent(value, 0),
    curves: [
      {
        name: 'training',
        color: 'var(--second)',
        dash: 'dashed',
        points: pointsOf(evaluations, 'epoch', 'trainAccuracy'),
        dots: true,
      },
      {
        name: 'evaluation',
        color: 'var(--model)',
        points: pointsOf(evaluations, 'epoch', 'accuracy'),
        dots: true,
      },
      {
        name: 'macro-F1 (evaluation)',
        color: 'var(--third)',
        dash: 'dotted',
        points: pointsOf(evaluations, 'epoch', 'macroF1'),
        dots: true,
      },
      {
        name: 'entity F1 (evaluation)',
        color: 'var(--third)',
        dash: 'dotted',
        points: pointsOf(evaluations, 'epoch', 'f1'),
        dots: true,
      },
    ],
  });
}

function errorChart(evaluations: readonly EvalLine[], mark: Mark): Html | false {
  return figure('Errors by epoch', {
    id: 'epoch-errors',
    mark,
    xName: 'epoch',
    formatY: decimal,
    curves: [
      { name: 'root mean squared', color: 'var(--model)', points: pointsOf(evaluations, 'epoch', 'rmse'), dots: true },
      {
        name: 'mean absolute',
        color: 'var(--third)',
        dash: 'dashed',
        points: pointsOf(evaluations, 'epoch', 'mae'),
        dots: true,
      },
    ],
  });
}

function figure(title: string, chart: Parameters<typeof lineChart>[0]): Html | false {
  const drawn: Curve[] = chart.curves.filter(({ points }) => points.length > 0);
  if (drawn.length === 0) return false;
  return html`<figure class="card"><figcaption>${title}</figcaption>${lineChart({ ...chart, curves: drawn })}</figure>`;
}

interface Column {
  readonly head: string;
  readonly key: keyof EvalLine;
  readonly shown: (value: number | null | undefined) => string;
}

const columns: readonly Column[] = [
  { head: 'Epoch', key: 'epoch', shown: decimal },
  { head: 'Step', key: 'step', shown: count },
  { head: 'Training loss', key: 'trainLoss', shown: loss },
  { head: 'Training accuracy', key: 'trainAccuracy', shown: (value) => percent(value) },
  { head: 'Loss', key: 'loss', shown: loss },
  { head: 'Accuracy', key: 'accuracy', shown: (value) => percent(value) },
  { head: 'Micro-F1', key: 'microF1', shown: score },
  { head: 'Macro-F1', key: 'macroF1', shown: score },
  { head: 'Weighted precision', key: 'weightedPrecision', shown: score },
  { head: 'Weighted recall', key: 'weightedRecall', shown: score },
  { head: 'Weighted F1', key: 'weightedF1', shown: score },
  { head: 'Precision', key: 'precision', shown: score },
  { head: 'Recall', key: 'recall', shown: score },
  { head: 'F1', key: 'f1', shown: score },
  { head: 'Perplexity', key: 'perplexity', shown: decimal },
  { head: 'Mean absolute error', key: 'mae', shown: decimal },
  { head: 'Root mean squared error', key: 'rmse', shown: decimal },
  { head: 'R²', key: 'r2', shown: score },
];

function epochTable(evaluations: readonly EvalLine[], best: EvalLine | undefined): Html {
  const known = columns.filter(({ key }) => evaluations.some((line) => line[key] !== undefined));
  return html`<div class="scroll"><table class="plain"><caption>Every evaluation</caption>
<thead><tr>${known.map(({ head }) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead>
<tbody>${evaluations.map((line) => epochRow(line, { known, isBest: line === best }))}</tbody></table></div>
${best && html`<p class="note">The model of the best evaluation, epoch ${decimal(best.epoch)}, step ${count(best.step)}, is kept.</p>`}`;
}

function epochRow(line: EvalLine, { known, isBest }: { known: readonly Column[]; isBest: boolean }): Html {
  const cells = known.map(({ key, shown }) => shown(line[key] as number | null | undefined));
  return html`<tr${isBest && html` class="best"`}>${cells.map((cell, i) => html`<td class="number">${isBest && i === 0 && html`<b>best</b> `}${cell}</td>`)}</tr>
`;
}
