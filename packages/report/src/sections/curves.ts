import { count, decimal, loss, percent, score } from '../format';
import { linesOf, pointsOf, smooth, thin } from '../history';
import { type Html, html } from '../html';
import { type Curve, lineChart } from '../line-chart';
import type { EvalLine, ReportData, TrainLine } from '../report-data';

/** More points than this cannot be told apart at the width of a chart. */
const mostPoints = 400;

/** Training loss by step; losses, accuracy and macro-F1 by epoch; and the same numbers as a table. */
export function curves({ history }: ReportData): Html {
  const training = linesOf(history, 'train');
  const evaluations = linesOf(history, 'eval');
  const charts = [stepChart(training), lossChart(evaluations), scoreChart(evaluations)].filter(
    (chart) => chart !== false,
  );
  return html`<section aria-labelledby="training">
<h2 id="training">Training</h2>
${charts.length === 0 ? html`<p class="note">No training steps and no evaluations were recorded.</p>` : html`<div class="charts">${charts}</div>`}
${evaluations.length > 0 && epochTable(evaluations)}
</section>`;
}

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

function lossChart(evaluations: readonly EvalLine[]): Html | false {
  return figure('Loss by epoch', {
    id: 'epoch-loss',
    xName: 'epoch',
    formatY: decimal,
    curves: [
      { name: 'training', color: 'var(--second)', points: pointsOf(evaluations, 'epoch', 'trainLoss'), dots: true },
      { name: 'evaluation', color: 'var(--model)', points: pointsOf(evaluations, 'epoch', 'loss'), dots: true },
    ],
  });
}

function scoreChart(evaluations: readonly EvalLine[]): Html | false {
  return figure('Accuracy and macro-F1 by epoch', {
    id: 'epoch-scores',
    xName: 'epoch',
    formatY: (value) => percent(value, 0),
    curves: [
      {
        name: 'training',
        color: 'var(--second)',
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
        points: pointsOf(evaluations, 'epoch', 'macroF1'),
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

function epochTable(evaluations: readonly EvalLine[]): Html {
  const head = ['Epoch', 'Step', 'Training loss', 'Training accuracy', 'Loss', 'Accuracy', 'Macro-F1'];
  return html`<div class="scroll"><table class="plain"><caption>Every evaluation</caption>
<thead><tr>${head.map((name) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${evaluations.map(epochRow)}</tbody></table></div>`;
}

function epochRow(line: EvalLine): Html {
  const cells = [
    decimal(line.epoch),
    count(line.step),
    loss(line.trainLoss),
    percent(line.trainAccuracy),
    loss(line.loss),
    percent(line.accuracy),
    score(line.macroF1),
  ];
  return html`<tr>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>
`;
}
