// Facts about a run: speed, data, and the options that it ran with.

import { count, decimal, duration, shorten } from '../page/format';
import { type Content, type Html, html } from '../page/html';
import { passesOf, textsPerSecond } from '../passes';
import { type CutTexts, partOf, type RunData } from '../run-data';

export type Fact = readonly [name: string, value: Content];

/** Speed and data of a run whose texts are shown; `own` are facts about their labels. */
export function factsSection(data: RunData, own: readonly Fact[]): Html {
  return html`<section aria-labelledby="facts" class="halves">
<div><h2 id="facts">Speed</h2>${list(speed(data))}</div>
<div><h2>Data</h2>${list([...sizes(data), ...own, textLengths(data)])}</div>
</section>`;
}

/** Speed and data of a run without texts. */
export function speedSection(data: Pick<RunData, 'summary' | 'history'>, more: readonly Fact[]): Html {
  const { seconds, tokensPerSecond, engine } = data.summary;
  const entries: readonly Fact[] = [
    ['Training time', duration(seconds)],
    ['Epochs', decimal(passesOf(data))],
    ['Tokens a second (padding not counted)', count(tokensPerSecond)],
    ['Engine', engine],
    ...more,
  ];
  return html`<section aria-labelledby="facts">
<h2 id="facts">Speed and data</h2>
${list(entries)}
</section>`;
}

const longestValue = 300;

/** The options of the run, nested ones as `outer.inner`: those that differ from the defaults, and folded all others. */
export function configurationSection({ config, defaults }: Pick<RunData, 'config' | 'defaults'>): Html {
  const rows = flatten(config);
  const chosen = defaults ? rows.filter(([name]) => isChosen(name, config, defaults)) : rows;
  const rest = rows.filter((row) => !chosen.includes(row));
  return html`<section aria-labelledby="configuration">
<h2 id="configuration">Configuration</h2>
${rows.length === 0 && html`<p class="note">No options were recorded.</p>`}
${rows.length > 0 && chosen.length === 0 && html`<p class="note">Every option has its default.</p>`}
${chosen.length > 0 && optionTable(chosen, defaults ? 'Options that differ from the defaults' : 'Options of the run')}
${rest.length > 0 && html`<details><summary>${count(rest.length)} more, at their defaults or decided by the rest</summary>${optionTable(rest, 'All other options')}</details>`}
</section>`;
}

function optionTable(rows: readonly (readonly [string, string])[], caption: string): Html {
  return html`<div class="scroll"><table class="plain options"><caption class="hidden">${caption}</caption><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td dir="auto">${shorten(value, longestValue)}</td></tr>
`,
  )}</tbody></table></div>`;
}

/** Entries of a run's record that follow from others, or from the machine. */
const derived = /^(architecture|options|tokenLengths|modelDirectory|modelCommit|modelDigest|engine|node|attune)(\.|$)/;

/** Whether an option was chosen: it is none of the arguments' defaults, and follows from no other. */
function isChosen(name: string, config: RunData['config'], defaults: NonNullable<RunData['defaults']>): boolean {
  if (derived.test(name)) return false;
  const [outer, argument, ...inner] = name.split('.');
  if (outer !== 'arguments' || argument === undefined) return true;
  const typed = config.options as Readonly<Record<string, unknown>> | undefined;
  if (defaults[argument] === undefined && inner.length === 0) return typed?.[argument] !== undefined || !typed;
  const value = (config.arguments as Readonly<Record<string, unknown>>)[argument];
  return JSON.stringify(value) !== JSON.stringify(defaults[argument]);
}

function speed(data: RunData): Fact[] {
  const { summary, config } = data;
  const seed = config.seed ?? (config.arguments as { seed?: number } | undefined)?.seed;
  return [
    ['Training time', duration(summary.seconds)],
    ['Epochs', decimal(passesOf(data))],
    ['Tokens a second (padding not counted)', count(summary.tokensPerSecond)],
    ['Training texts a second', count(textsPerSecond(data))],
    ['Engine', summary.engine],
    ...(seed === undefined ? [] : [['Seed', String(seed)] as Fact]),
  ];
}

function sizes(data: RunData): Fact[] {
  const { trainExamples, testExamples } = data.summary;
  const partName = partOf(data) === 'test' ? 'Test' : 'Validation';
  const { cut } = data;
  return [
    ['Training texts', count(trainExamples)],
    [`${partName} texts`, count(testExamples)],
    ...(cut ? [cutFact(cut, data)] : []),
  ];
}

function cutFact({ train, test, maxLength }: CutTexts, data: RunData): Fact {
  const texts = `${count(train)} in training, ${count(test)} in ${partOf(data)}`;
  return [`Texts cut at ${count(maxLength)} tokens`, train + test === 0 ? 'none' : texts];
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

/** Nested options as `outer.inner`, each with its value as text. */
export function flatten(options: Readonly<Record<string, unknown>>, prefix = ''): [string, string][] {
  return Object.entries(options).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (isRecord(value) && Object.keys(value).length > 0) return flatten(value, `${prefix}${name}.`);
    return [[prefix + name, typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))]];
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
