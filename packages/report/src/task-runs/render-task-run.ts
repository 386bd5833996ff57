import { count, decimal, loss, percent, plural } from '../format';
import { toMarkup } from '../html';
import { page } from '../render-report';
import { partOf, type RunData } from '../report-data';
import { configuration } from '../sections/configuration';
import { curves } from '../sections/curves';
import { entityTable } from './entity-table';
import { figureCards, runFacts } from './sections';
import type { MaskedLmRunData, TokenRunData } from './task-run-data';

/** What sections of every report take: no text of these runs is shown. */
const asRun = <Data extends Omit<RunData, 'test'>>(data: Data): RunData => ({ ...data, test: { texts: [] } });

/** Renders a run of token classification as one HTML page, as `renderReport` does a classifier's. */
export function renderTokenReport(data: TokenRunData): string {
  const { summary } = data;
  const { f1, precision, recall, accuracy, trainExamples, testExamples } = summary;
  const part = partOf(data);
  const entities =
    f1 === undefined
      ? []
      : ([
          ['F1', percent(f1), `precision ${percent(precision)}, recall ${percent(recall)}, by whole entities`],
        ] as const);
  const sentences = [
    ['Training sentences', count(trainExamples)],
    [part === 'test' ? 'Test sentences' : 'Validation sentences', count(testExamples)],
  ] as const;
  const cards = [
    ...entities,
    ['Accuracy', percent(accuracy), 'of the words’ tags'],
    ['Loss', loss(summary.loss), 'mean negative log likelihood of the true tag'],
  ] as const;
  const heading = `Result on ${plural(testExamples, `${part} sentence`)}`;
  const sections = [figureCards(heading, cards), curves(asRun(data)), entityTable(data), runFacts(summary, sentences)];
  return toMarkup(page(asRun(data), [...sections, configuration(asRun(data))]));
}

/** Renders a run of masked language modelling as one HTML page. */
export function renderMaskedLmReport(data: MaskedLmRunData): string {
  const { summary } = data;
  const { perplexity, accuracy, chunks, testChunks, chunkLength, trainExamples, testExamples } = summary;
  const part = partOf(data);
  const cards = [
    ['Perplexity', decimal(perplexity), 'exp of the loss: as if it chose among so many tokens'],
    ['Accuracy', percent(accuracy), 'of the guessed tokens'],
    ['Loss', loss(summary.loss), 'mean negative log likelihood of the hidden tokens'],
  ] as const;
  const sizes = [
    ['Training data', `${plural(trainExamples, 'text')}, ${plural(chunks, 'chunk')} of ${count(chunkLength)} tokens`],
    [
      part === 'test' ? 'Test data' : 'Validation data',
      `${plural(testExamples, 'text')}, ${plural(testChunks, 'chunk')}`,
    ],
  ] as const;
  const heading = `Result on ${plural(testExamples, `${part} text`)}`;
  const sections = [figureCards(heading, cards), curves(asRun(data)), runFacts(summary, sizes)];
  return toMarkup(page(asRun(data), [...sections, configuration(asRun(data))]));
}
