import { loss, plural } from '../../format';
import { type Html, html } from '../../html';
import { type MultiLabelReportData, partOf } from '../../report-data';
import { shareCard } from '../headline';

/** The figures of sets of labels, the model's beside the baseline's. */
export function setHeadline(data: MultiLabelReportData): Html {
  const { summary } = data;
  const { baseline } = summary;
  return html`<section aria-labelledby="result">
<h2 id="result">Result on ${plural(summary.testExamples, `${partOf(data)} text`)}</h2>
<div class="cards">
${shareCard('Macro-F1', summary.macroF1, baseline?.macroF1)}
${shareCard('Micro-F1', summary.microF1, baseline?.microF1)}
${shareCard('Whole sets right', summary.accuracy, baseline?.accuracy)}
</div>
<p class="note">Loss ${loss(summary.loss)}: the mean over labels of the negative log likelihood. The baseline is one TF-IDF + logistic regression a label.</p>
</section>`;
}
