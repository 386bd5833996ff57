// Facts about a run: speed, data, and options.

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
    ['Tokens per second (without padding)', count(tokensPerSecond)],
    ['Engine', engine],
    ...more,
  ];
  return html`<section aria-labelledby="facts">
<h2 id="facts">Speed and data</h2>
${list(entries)}
</section>`;
}

const longestValue = 300;

/** The options of the run, nested ones as `outer.inner`: first those that were typed or differ from the defaults, then all others, folded. */
export function configurationSection({ config, ...known }: Settings): Html {
  const { defaults } = known;
  const rows = flatten(config);
  const chosen = defaults ? rows.filter(choice(config, rows, { ...known, defaults })) : rows;
  const rest = rows.filter((row) => !chosen.includes(row));
  return html`<section aria-labelledby="configuration">
<h2 id="configuration">Configuration</h2>
${rows.length === 0 && html`<p class="note">No options were recorded.</p>`}
${rows.length > 0 && chosen.length === 0 && html`<p class="note">All options have their defaults.</p>`}
${chosen.length > 0 && optionTable(chosen, defaults ? 'Options that were typed or differ from the defaults' : 'Options of the run')}
${rest.length > 0 && html`<details><summary>${count(rest.length)} more, at their defaults or derived from others</summary>${optionTable(rest, 'All other options')}</details>`}
</section>`;
}

function optionTable(rows: readonly Row[], caption: string): Html {
  return html`<div class="scroll"><table class="plain options"><caption class="hidden">${caption}</caption><tbody>${rows.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td dir="auto">${shorten(value, longestValue)}</td></tr>
`,
  )}</tbody></table></div>`;
}

type Settings = Pick<RunData, 'config' | 'defaults' | 'settingDefaults'>;

type Row = readonly [name: string, value: string];

/** Entries of a run's record that are derived from others, or from the machine. */
const derived =
  /^(architecture|tokenLengths|modelDirectory|modelCommit|modelDigest|pairs|tunedModel|distillation|engine|node|attune)(\.|$)/;

/**
 * Whether an option was chosen: it was typed, or it differs from its default and is not derived from another. Typed options are recorded under
 * `options`, and most of them again in resolved form; each is listed once.
 */
function choice(
  { options, arguments: args }: RunData['config'],
  rows: readonly Row[],
  { defaults, settingDefaults = {} }: Pick<RunData, 'settingDefaults'> & Required<Pick<RunData, 'defaults'>>,
): (row: Row) => boolean {
  const typed = options as Readonly<Record<string, unknown>> | undefined;
  const understood = new Set(rows.map(([name]) => optionOf(name)));
  const others = new Map(flatten(settingDefaults));
  return ([name, value]) => {
    const [outer, argument, ...inner] = name.split('.');
    if (outer === 'options') return !understood.has(argument) && value !== 'false';
    if (typed?.[optionOf(name)] !== undefined) return true;
    if (derived.test(name)) return false;
    if (outer !== 'arguments' || argument === undefined) return value !== others.get(name);
    if (defaults[argument] === undefined && inner.length === 0) return !typed;
    const given = (args as Readonly<Record<string, unknown>>)[argument];
    return JSON.stringify(given) !== JSON.stringify(defaults[argument]);
  };
}

/** The command line's name for an entry: `loraAlpha` for `lora.alpha`, `seed` for `arguments.seed`; undefined for an entry under `options`. */
function optionOf(entry: string): string {
  const [outer, inner] = entry.split('.');
  if (outer === 'options' || inner === undefined) return outer === 'options' ? '' : outer;
  if (outer === 'lora') return `lora${inner[0].toUpperCase()}${inner.slice(1)}`;
  return outer === 'arguments' ? inner : outer;
}

function speed(data: RunData): Fact[] {
  const { summary, config } = data;
  const seed = config.seed ?? (config.arguments as { seed?: number } | undefined)?.seed;
  return [
    ['Training time', duration(summary.seconds)],
    ['Epochs', decimal(passesOf(data))],
    ['Tokens per second (without padding)', count(summary.tokensPerSecond)],
    ['Training texts per second', count(textsPerSecond(data))],
    ['Engine', summary.engine],
    ...(seed === undefined ? [] : [['Seed', String(seed)] as Fact]),
  ];
}

function sizes(data: RunData): Fact[] {
  const { trainExamples, testExamples, distillation } = data.summary;
  const unlabeled = distillation?.unlabeledExamples ?? 0;
  const partName = partOf(data) === 'test' ? 'Test' : 'Validation';
  const { cut } = data;
  return [
    ['Training texts', count(trainExamples)],
    ...(unlabeled > 0 ? [['Training texts without a label', count(unlabeled)] as const] : []),
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
    `Characters per ${partOf(data)} text`,
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
