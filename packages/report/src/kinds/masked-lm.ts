// Masked language modeling: the data of a run, its report and its model card. No text is shown.
import { type CardOrigin, renderCard } from '../card/card';
import { count, decimal, isNumber, loss, percent, plural, score } from '../page/format';
import { html } from '../page/html';
import { renderPage } from '../page/page';
import { partOf, type RunData, type RunFacts } from '../run-data';
import { metricCard, resultSection } from '../sections/cards';
import { curves } from '../sections/curves';
import { configurationSection, speedSection } from '../sections/facts';

/** The data of a report of masked language modeling. */
export interface MaskedLmRunData extends Omit<RunData, 'test'> {
  readonly summary: RunFacts & {
    readonly perplexity: number;
    /** Share of hidden tokens that are predicted right. */
    readonly accuracy: number;
    readonly chunks: number;
    readonly testChunks: number;
    /** Tokens per chunk. */
    readonly chunkLength: number;
  };
}

/**
 * Renders a run of masked language modeling as one HTML page, like `renderReport`.
 *
 * @example renderMaskedLmReport({ title: 'Domain', config, history, summary, generatedAt: '2026-01-31' })
 */
export function renderMaskedLmReport(data: MaskedLmRunData): string {
  const { summary, title, generatedAt } = data;
  const { perplexity, accuracy, chunks, testChunks, chunkLength, trainExamples, testExamples } = summary;
  const cards = html`${metricCard('Perplexity', decimal(perplexity), 'exp of the loss: as if it chose among so many tokens')}${metricCard('Accuracy', percent(accuracy), 'of the guessed tokens')}${metricCard('Loss', loss(summary.loss), 'mean negative log likelihood of the hidden tokens')}`;
  const sizes = [
    ['Training data', `${plural(trainExamples, 'text')}, ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens`],
    [
      partOf(data) === 'test' ? 'Test data' : 'Validation data',
      `${plural(testExamples, 'text')}, ${plural(testChunks, 'chunk')}`,
    ],
  ] as const;
  return renderPage({ title, generatedAt }, [
    resultSection(data, { cards }),
    curves(data),
    speedSection(data, sizes),
    configurationSection(data),
  ]);
}

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
      'It guesses hidden tokens, and is meant as what a classifier or a tagger of such texts begins from.',
      `It was trained on ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens, and says what such texts say, their prejudices included.`,
    ],
    columns: [
      ['Perplexity', 'perplexity'],
      ['Accuracy', 'accuracy'],
    ],
    formats: { value: score, epoch: decimal },
    more: [],
  });
}
