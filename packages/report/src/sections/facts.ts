import { fullLabel } from '../class-label';
import { count, duration, percent, plural } from '../format';
import { type Content, type Html, html } from '../html';
import { partOf, type ReportData, type RunData } from '../report-data';

/** How fast the run was and what the test split looks like. */
export function facts(data: ReportData): Html {
  return factsSection(data, classFacts(data));
}

/** The same around what there is to say of the test split's labels. */
export function factsSection(data: RunData, own: readonly Fact[]): Html {
  return html`<section aria-labelledby="facts" class="halves">
<div><h2 id="facts">Speed</h2>${list(speed(data))}</div>
<div><h2>Data</h2>${list([...sizes(data), ...own, textLengths(data)])}</div>
</section>`;
}

export type Fact = [name: string, value: Content];

function speed({ summary, config }: RunData): Fact[] {
  const seed = config.seed ?? (config.arguments as { seed?: number } | undefined)?.seed;
  return [
    ['Training time', duration(summary.seconds)],
    ['Epochs', count(summary.epochs)],
    ['Tokens a second (padding not counted)', count(summary.tokensPerSecond)],
    ['Training texts a second', count((summary.trainExamples * summary.epochs) / summary.seconds)],
    ['Engine', summary.engine],
    ...(seed === undefined ? [] : [['Seed', String(seed)] as Fact]),
  ];
}

function sizes(data: RunData): Fact[] {
  const { trainExamples, testExamples } = data.summary;
  const partName = partOf(data) === 'test' ? 'Test' : 'Validation';
  return [
    ['Training texts', count(trainExamples)],
    [`${partName} texts`, count(testExamples)],
  ];
}

function classFacts(data: ReportData): Fact[] {
  const { labels, test } = data;
  const part = partOf(data);
  const support = new Array<number>(labels.length).fill(0);
  for (let i = 0; i < test.yTrue.length; i++) support[test.yTrue[i]]++;
  const most = support.indexOf(Math.max(...support));
  const least = support.indexOf(Math.min(...support));
  return [
    ['Classes', count(labels.length)],
    [`Largest class in ${part}`, `${fullLabel(data, most)}: ${plural(support[most], 'text')}`],
    [`Smallest class in ${part}`, `${fullLabel(data, least)}: ${plural(support[least], 'text')}`],
    ['Always guessing the largest', `${percent(support[most] / test.texts.length)} accuracy`],
  ];
}

function textLengths(data: RunData): Fact {
  const lengths = data.test.texts.map((text) => text.length).sort((a, b) => a - b);
  return [
    `Characters a ${partOf(data)} text`,
    `median ${count(quantile(lengths, 0.5))}, 95% up to ${count(quantile(lengths, 0.95))}`,
  ];
}

/** The smallest value that at least this share of the sorted values does not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function list(entries: readonly Fact[]): Html {
  return html`<dl>${entries.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>
`,
  )}</dl>`;
}
