// Causal language modeling: the data of a run, and its report.
import { count, decimal, loss, percent, plural, score, shorten } from '../page/format';
import { type Content, type Html, html } from '../page/html';
import { renderPage } from '../page/page';
import { partOf, type RunData, type RunFacts } from '../run-data';
import { metricCard, resultSection, withoutNote } from '../sections/cards';
import { curves } from '../sections/curves';
import { configurationSection, speedSection } from '../sections/facts';
import { tableSection } from '../sections/table-section';
import { usageSection } from '../sections/usage';

/** The completion of a prompt, with the true one. */
export interface Completion {
  /** The text that the model continued. */
  readonly prompt: string;
  /** The true completion. */
  readonly truth: string;
  /** The generated completion. */
  readonly written: string;
  /** Number of generated tokens. */
  readonly tokens: number;
  /** Whether the model ended the completion; false if it reached the limit. */
  readonly isWhole: boolean;
}

/** The data of a report of causal language modeling. */
export interface CausalLmRunData extends Omit<RunData, 'test'> {
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts & {
    /** exp of the mean loss per token of the completions. */
    readonly perplexity: number;
    /** Perplexity of plain texts without their end tokens. */
    readonly perplexityWithoutEnd?: number;
    /** Share of the completions' tokens that are the most likely ones. */
    readonly accuracy: number;
    /** Mean precision over token ids, weighted by their occurrences. */
    readonly weightedPrecision: number;
    /** Mean recall over token ids, weighted by their occurrences. */
    readonly weightedRecall: number;
    /** Mean F1 over token ids, weighted by their occurrences. */
    readonly weightedF1: number;
    /** Maximum tokens per example. */
    readonly maxLength: number;
    /** Number of the model's parameters. */
    readonly parameters: number;
    /** Number of parameters that were trained. */
    readonly trainableParameters: number;
    /** Their share of all parameters, in [0, 1]. */
    readonly trainableShare: number;
  };
  /** Some completions of the reported part; absent for a run that did not keep them. */
  readonly samples?: readonly Completion[];
}

/**
 * Renders a run of causal language modeling as one HTML page, like `renderReport`: metrics, curves, generated and true completions,
 * malformed completions and lengths.
 *
 * @example renderCausalLmReport({ title: 'Skills', config, history, summary, samples, generatedAt: '2026-01-31' })
 */
export function renderCausalLmReport(data: CausalLmRunData): string {
  const { summary, title, generatedAt, samples } = data;
  const {
    perplexity,
    perplexityWithoutEnd,
    accuracy,
    weightedPrecision,
    weightedRecall,
    weightedF1,
    maxLength,
    trainExamples,
  } = summary;
  const weighted = `precision ${score(weightedPrecision)}, recall ${score(weightedRecall)}; a class per token, weighted by its frequency`;
  const cards = html`${metricCard('Perplexity', decimal(perplexity), `exp of the loss: equal to a uniform choice among this number of tokens${perplexityWithoutEnd === undefined ? '' : `; ${decimal(perplexityWithoutEnd)} without end tokens`}`)}${metricCard('Accuracy of next tokens', percent(accuracy), 'of the tokens of the completions')}${metricCard('Weighted F1', loss(weightedF1), weighted)}${metricCard('Loss', loss(summary.loss), 'mean negative log likelihood of the tokens to be written')}`;
  const { parameters, trainableParameters, trainableShare } = summary;
  return renderPage({ title, generatedAt }, [
    resultSection(data, { cards, below: samples === undefined && withoutNote }),
    curves(data),
    ...(samples && samples.length > 0 ? [answersSection(samples, partOf(data)), samplesSection(samples)] : []),
    usageSection(data),
    speedSection(data, [
      ['Training texts', count(trainExamples)],
      ['Maximum tokens per text', count(maxLength)],
      ['Trained parameters', `${count(trainableParameters)} of ${count(parameters)} (${percent(trainableShare, 2)})`],
    ]),
    configurationSection(data),
  ]);
}

/** Counts over the samples: those that are as the truth, cut off, or not of its form; and how long they are. */
function answersSection(samples: readonly Completion[], part: string): Html {
  const isJson = expectsJson(samples);
  const number = (name: string) => ({ name, number: true }) as const;
  const of = (holds: (sample: Completion) => boolean) =>
    `${count(samples.filter(holds).length)} of ${count(samples.length)}`;
  const lengths = (texts: readonly string[]) => {
    const sorted = texts.map(({ length }) => length).sort((a, b) => a - b);
    return `${count(sorted[0])}, ${count(sorted[sorted.length >> 1])}, ${count(sorted.at(-1))}`;
  };
  const rows: Content[][] = [
    ['As the truth, ignoring space', of(({ truth, written }) => squeezed(truth) === squeezed(written))],
    ['Cut off before it ended', of(({ isWhole }) => !isWhole)],
    ['Empty', of(({ written }) => written.trim() === '')],
    ...(isJson ? [['Malformed: no JSON, as the true ones are', of(({ written }) => !isJsonText(written))]] : []),
    ['Characters of the truth: least, median, most', lengths(samples.map(({ truth }) => truth))],
    ['Characters written', lengths(samples.map(({ written }) => written))],
  ];
  return tableSection({
    ...{ id: 'answers', heading: 'Answers', columns: ['Fact', number('Value')], rows },
    note: `Greedy completions of ${plural(samples.length, 'prompt')} of the ${part} part.`,
  });
}

const squeezed = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Whether the true completions are JSON. */
const expectsJson = (samples: readonly Completion[]) => samples.every(({ truth }) => isJsonText(truth));

/** Whether a text is a JSON list or object. */
function isJsonText(text: string): boolean {
  if (!/^\s*[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const longest = 600;

/** Each prompt, with the true completion and the model's below it. */
function samplesSection(samples: readonly Completion[]): Html {
  const isJson = expectsJson(samples);
  return html`<section aria-labelledby="samples" class="samples">
<h2 id="samples">Generated and true completions</h2>
${samples.map((sample, i) => sampleCard(sample, { i, isJson }))}</section>`;
}

function sampleCard(
  { prompt, truth, written, isWhole, tokens }: Completion,
  { i, isJson }: { i: number; isJson: boolean },
): Html {
  const marks = [
    squeezed(truth) === squeezed(written) && 'equal to the true one',
    isJson && !isJsonText(written) && 'malformed: not JSON',
    !isWhole && 'cut off',
    written.trim() === '' && 'empty',
  ].filter((mark) => mark !== false);
  const piece = (name: string, text: string) =>
    html`<dt>${name}</dt><dd dir="auto">${text === '' ? html`<em>nothing</em>` : shorten(text, longest)}</dd>`;
  return html`<article class="card"><h3>${i + 1}. ${plural(tokens, 'token')}${marks.length > 0 && `: ${marks.join(', ')}`}</h3>
<dl>${prompt !== '' && piece('Prompt', ending(prompt))}${piece('True', truth)}${piece('Written', written)}</dl></article>
`;
}

/** The end of a long prompt. */
function ending(prompt: string): string {
  const characters = Array.from(prompt);
  return characters.length > longest ? `…${characters.slice(-longest).join('')}` : prompt;
}
