import { count, loss, percent, plural, points } from '../format';
import { type Html, html } from '../html';
import { type Differences, partOf, type ReportData } from '../report-data';

/** The two figures that matter, the model's beside the baseline's. */
export function headline(data: ReportData): Html {
  const { summary } = data;
  return html`<section aria-labelledby="result">
<h2 id="result">Result on ${plural(summary.testExamples, `${partOf(data)} text`)}</h2>
<div class="cards">
${shareCard('Accuracy', summary.accuracy, summary.baseline?.accuracy)}
${shareCard('Macro-F1', summary.macroF1, summary.baseline?.macroF1)}
<div class="card small"><h3>Loss</h3><p class="big">${loss(summary.loss)}</p>
<p class="note">mean negative log likelihood of the true class</p></div>
</div>
<p class="verdict">${verdict(summary)}</p>
${intervals(summary)}
${paired(data)}
</section>`;
}

/** A share of the model's beside the baseline's. */
export function shareCard(name: string, model: number, baseline: number | undefined): Html {
  return html`<div class="card"><h3>${name}</h3>
<p class="big">${percent(model)}${
    baseline !== undefined &&
    html` <span class="change ${model >= baseline ? 'up' : 'down'}">${points(model - baseline)} points</span>`
  }</p>
${bar('Model', 'model', model)}
${baseline === undefined ? html`<p class="note">No baseline was trained.</p>` : bar('TF-IDF + logistic regression', 'baseline', baseline)}
</div>`;
}

function bar(name: string, kind: string, share: number): Html {
  return html`<div class="bar ${kind}"><span>${name}</span><span>${percent(share)}</span><i style="--share:${share.toFixed(4)}"></i></div>`;
}

function verdict({ accuracy, macroF1, baseline }: ReportData['summary']): string {
  if (!baseline) return 'There is no baseline to hold the model beside.';
  const gains = [accuracy - baseline.accuracy, macroF1 - baseline.macroF1];
  const [first, second] = gains.map((gain) => points(gain));
  if (gains.every((gain) => gain > 0))
    return `The model is ahead of the baseline: ${first} points of accuracy, ${second} of macro-F1.`;
  if (gains.every((gain) => gain < 0))
    return `The baseline is ahead of the model: ${first} points of accuracy, ${second} of macro-F1.`;
  return `Neither is ahead on both figures: ${first} points of accuracy, ${second} of macro-F1 for the model.`;
}

/** How sure the difference is, and what both are worth together. */
function intervals({ baseline, difference, mix }: ReportData['summary']): Html | false {
  if (!baseline || !difference) return false;
  const mixed =
    mix &&
    html` Of a mix, ${percent(mix.modelWeight, 0)} model and the rest baseline: accuracy ${percent(mix.accuracy)}, macro-F1 ${percent(mix.macroF1)}; ahead by ${between(mix.difference)}.`;
  return html`<p class="note">With 95% confidence the model is ahead by ${between(difference)} (paired bootstrap over the texts). A range with zero in it decides nothing.${mixed}</p>`;
}

function between({ accuracy, macroF1 }: Differences): string {
  const range = ({ low, high }: Differences['accuracy']) => `${points(low)} to ${points(high)}`;
  return `${range(accuracy)} points of accuracy and ${range(macroF1)} of macro-F1`;
}

/** On how many texts only one of the two is right: where the difference comes from. */
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
