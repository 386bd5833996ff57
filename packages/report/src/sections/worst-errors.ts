import { labelMarkup } from '../class-label';
import { count, percent, shorten } from '../format';
import { type Html, html } from '../html';
import { partOf, type ReportData } from '../report-data';

const mostErrors = 25;
const longestText = 400;

/** The wrong predictions the model was surest of: often a label that is itself wrong. */
export function worstErrors(data: ReportData): Html {
  const { test } = data;
  const wrong = test.texts.map((_, i) => i).filter((i) => test.yTrue[i] !== test.yPred[i]);
  wrong.sort((a, b) => test.scores[b] - test.scores[a]);
  return html`<section aria-labelledby="errors">
<h2 id="errors">Surest errors</h2>
${
  wrong.length === 0
    ? html`<p class="note">Every one of the ${count(test.texts.length)} ${partOf(data)} texts was predicted right.</p>`
    : errorTable(data, wrong)
}
</section>`;
}

function errorTable(data: ReportData, wrong: readonly number[]): Html {
  const { test } = data;
  const heads = ['Text', 'True', 'Predicted', 'Sure of it', ...(test.trueScores ? ['Gave the truth'] : [])];
  return html`<p class="note">${count(wrong.length)} of ${count(test.texts.length)} ${partOf(data)} texts are wrong; the ${count(Math.min(wrong.length, mostErrors))} the model was surest of:</p>
<div class="scroll"><table class="errors"><caption class="hidden">Wrong predictions by probability</caption>
<thead><tr>${heads.map((name, i) => html`<th scope="col"${i > 2 && html` class="number"`}>${name}</th>`)}</tr></thead>
<tbody>${wrong.slice(0, mostErrors).map((i) => errorRow(data, i))}</tbody></table></div>`;
}

function errorRow(data: ReportData, i: number): Html {
  const { texts, yTrue, yPred, scores, trueScores } = data.test;
  const text = texts[i].trim() === '' ? html`<em>empty text</em>` : shorten(texts[i], longestText);
  return html`<tr><td class="text" dir="auto">${text}</td><td>${labelMarkup(data, yTrue[i])}</td><td>${labelMarkup(data, yPred[i])}</td><td class="number">${percent(scores[i])}</td>${
    trueScores && html`<td class="number">${percent(trueScores[i])}</td>`
  }</tr>
`;
}
