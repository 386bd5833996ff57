// Masked language modeling: the data of a run, its report and its model card.
import { type CardOrigin, renderCard } from '../card/card';
import { count, decimal, isNumber, loss, percent, plural, score } from '../page/format';
import { type Html, html } from '../page/html';
import { renderPage } from '../page/page';
import { partOf, type RunData, type RunFacts } from '../run-data';
import { metricCard, resultSection, withoutNote } from '../sections/cards';
import { curves } from '../sections/curves';
import { configurationSection, speedSection } from '../sections/facts';
import { tableSection } from '../sections/table-section';
import { usageSection } from '../sections/usage';

/** The data of a report of masked language modeling. */
export interface MaskedLmRunData extends Omit<RunData, 'test'> {
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts & {
    /** exp of the mean loss per masked token. */
    readonly perplexity: number;
    /** Share of masked tokens that are predicted right. */
    readonly accuracy: number;
    /** Number of training chunks. */
    readonly chunks: number;
    /** Number of chunks that the metrics are of. */
    readonly testChunks: number;
    /** Tokens per chunk. */
    readonly chunkLength: number;
  };
  /** The metrics before training, with the same masks; absent for a new model. */
  readonly before?: {
    /** Mean loss per masked token. */
    readonly loss: number;
    /** exp of that loss. */
    readonly perplexity: number;
    /** Share of masked tokens that are predicted right. */
    readonly accuracy: number;
  };
  /** Some masked tokens and the model's guesses; absent for a run that did not keep them. */
  readonly guesses?: readonly Guess[];
}

/** A masked token, and the model's guesses. */
export interface Guess {
  /** Text around it. */
  readonly before: string;
  /** The masked token. */
  readonly truth: string;
  /** Text after it. */
  readonly after: string;
  /** The most likely tokens, in descending order. */
  readonly guesses: readonly {
    /** A token as the vocabulary spells it. */
    readonly token: string;
    /** Its probability, in [0, 1]. */
    readonly score: number;
  }[];
}

/**
 * Renders a run of masked language modeling as one HTML page, like `renderReport`.
 *
 * @example renderMaskedLmReport({ title: 'Domain', config, history, summary, generatedAt: '2026-01-31' })
 */
export function renderMaskedLmReport(data: MaskedLmRunData): string {
  const { summary, title, generatedAt } = data;
  const { perplexity, accuracy, chunks, testChunks, chunkLength, trainExamples, testExamples } = summary;
  const { before, guesses } = data;
  const was = (value: string | undefined) => (value === undefined ? '' : `; before training ${value}`);
  const cards = html`${metricCard('Perplexity', decimal(perplexity), `exp of the loss: equal to a uniform choice among this number of tokens${was(before && decimal(before.perplexity))}`)}${metricCard('Accuracy', percent(accuracy), `of the guesses${was(before && percent(before.accuracy))}`)}${metricCard('Loss', loss(summary.loss), `mean negative log likelihood of the masked tokens${was(before && loss(before.loss))}`)}`;
  const sizes = [
    ['Training data', `${plural(trainExamples, 'text')}, ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens`],
    [
      partOf(data) === 'test' ? 'Test data' : 'Validation data',
      `${plural(testExamples, 'text')}, ${plural(testChunks, 'chunk')}`,
    ],
  ] as const;
  return renderPage({ title, generatedAt }, [
    resultSection(data, { cards, below: guesses === undefined && withoutNote }),
    curves(data),
    guesses !== undefined && guesses.length > 0 && guessesSection(guesses),
    usageSection(data),
    speedSection(data, sizes),
    configurationSection(data),
  ]);
}

/** Masked tokens in their texts, and the model's guesses. */
function guessesSection(guesses: readonly Guess[]): Html {
  const right = guesses.filter(({ truth, guesses: [first] }) => first?.token === truth).length;
  return tableSection({
    ...{ id: 'guesses', heading: 'Guesses' },
    note: `The most likely guess is right for ${count(right)} of these ${plural(guesses.length, 'masked token')}.`,
    columns: ['Text', 'True', 'Guesses'],
    rows: guesses.map(({ before, truth, after, guesses: own }) => [
      html`${before}<mark>${blank}</mark>${after}`,
      html`<bdi>${truth}</bdi>`,
      own.map(
        ({ token, score: share }, i) =>
          html`${i > 0 && ', '}${token === truth ? html`<b><bdi>${token}</bdi> ✓</b>` : html`<bdi>${token}</bdi>`} ${percent(share, 0)}`,
      ),
    ]),
  });
}

const blank = '▁▁▁';

/**
 * Renders the model card, `README.md`, of a masked language model.
 *
 * @example renderMaskedLmCard({ title: 'Domain', config, history, summary, generatedAt: '2026-01-31', baseModel: 'google-bert/bert-base-cased' })
 */
export function renderMaskedLmCard(data: MaskedLmRunData & CardOrigin): string {
  const { perplexity, accuracy, chunks, chunkLength } = data.summary;
  const metrics = [
    { type: 'loss', name: 'Loss', value: data.summary.loss },
    { type: 'perplexity', name: 'Perplexity', value: perplexity },
    { type: 'accuracy', name: 'Accuracy of guesses', value: accuracy },
  ];
  return renderCard(data, {
    pipeline: 'fill-mask',
    task: 'Fill Mask',
    metrics,
    origin: { fromBase: 'trained further', fromNothing: 'A model trained' },
    noun: 'text',
    results: metrics.filter(({ value }) => isNumber(value)).map(({ name, value }) => `${name}: ${decimal(value)}`),
    uses: [
      'It predicts masked tokens, and is meant as the base model of a classifier or tagger of such texts.',
      `It was trained on ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens, and repeats the biases of such texts.`,
    ],
    columns: [
      ['Perplexity', 'perplexity'],
      ['Accuracy', 'accuracy'],
    ],
    formats: { value: score, epoch: decimal },
    more: [],
  });
}
