// The head of a classifier's page: metrics of model and baseline, and a verdict from the intervals of their difference.
import { classStatistics, differencesOf, intervalsOf } from '../intervals';
import { count, loss, percent, plural } from '../page/format';
import { type Html, html } from '../page/html';
import { decisionNote, metricCard, resultSection, sampleNote, shareCard } from '../sections/cards';
import { type Compared, differencesText, rangesOf, verdictOf } from '../sections/verdict';
import { type Differences, type ReportData, type RunSummary, shownMetrics } from './single-label-data';

/** Accuracy and macro-F1, compared with the baseline. */
export function headline(data: ReportData): Html {
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

/** Difference to the baseline: recorded by the run, or measured on the predictions. */
function differenceIn({ summary, test, baseline, labels }: ReportData): Differences | undefined {
  if (summary.difference) return summary.difference;
  if (!summary.baseline || !baseline) return undefined;
  const [own, other] = [test.yPred, baseline.yPred].map((yPred) =>
    classStatistics({ yTrue: test.yTrue, yPred }, labels.length),
  );
  return differencesOf(test.texts.length, own, other);
}

function verdict({ baseline }: RunSummary, difference: Differences | undefined): string {
  if (!baseline) return 'There is no baseline to compare the model with.';
  if (!difference) return 'No interval was measured for the difference to the baseline.';
  return verdictOf(comparedIn(difference));
}

const comparedIn = ({ accuracy, macroF1 }: Differences): readonly Compared[] => [
  ['accuracy', accuracy],
  ['macro-F1', macroF1],
];

/** The interval of the difference, and the metrics of model and baseline mixed. */
function intervals({ baseline, mix }: RunSummary, difference: Differences | undefined): Html | false {
  if (!baseline || !difference) return false;
  const mixed =
    mix &&
    html` A mix of ${percent(mix.modelWeight, 0)} model and the rest baseline has accuracy ${percent(mix.accuracy)}, macro-F1 ${percent(mix.macroF1)}; mix minus baseline is ${rangesOf(comparedIn(mix.difference))}.`;
  return html`<p class="note">${differencesText(comparedIn(difference))}${mixed}</p>`;
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
