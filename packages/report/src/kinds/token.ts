// Token classification: the data of a run, its report and its model card.
import { type CardOrigin, renderCard } from '../card/card';
import { markdownTable, plain } from '../card/markdown';
import { entityStatistics, intervalsOf } from '../intervals';
import { count, decimal, isNumber, loss, percent, score } from '../page/format';
import { type Html, html } from '../page/html';
import { renderPage } from '../page/page';
import { partOf, type RunData, type RunFacts } from '../run-data';
import { intervalText, metricCard, resultSection, sampleNote, withoutNote } from '../sections/cards';
import { curves } from '../sections/curves';
import {
  countsOf,
  entitiesIn,
  entityErrorsSection,
  type SentenceEntities,
  sentencesSection,
  type TaggedSentences,
} from '../sections/entity-errors';
import { configurationSection, speedSection } from '../sections/facts';
import { numberCell, scoreTable } from '../sections/score-table';
import { type SideBySideMetric, sideBySideSection, studentChapter } from '../sections/side-by-side';
import { usageSection } from '../sections/usage';

/** Scores of a type of entity; `support` counts the true ones. */
export interface EntityScores {
  /** Share of the predicted entities that are right. */
  readonly precision: number;
  /** Share of the true entities that are found. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
  /** Number of true entities. */
  readonly support: number;
}

/** The data of a report of token classification. */
export interface TokenRunData extends Omit<RunData, 'test'> {
  /** The metrics of `summary.json`. */
  readonly summary: RunFacts & {
    /** Precision of whole entities; absent with scheme `none`, where each tag counts separately. */
    readonly precision?: number;
    /** Of whole entities; absent with scheme `none`. */
    readonly recall?: number;
    /** Of whole entities; absent with scheme `none`. */
    readonly f1?: number;
    /** Share of words whose tag is right. */
    readonly accuracy: number;
    /** Scores of each type of entity; with scheme `none` of each tag. */
    readonly perEntity: Readonly<Record<string, EntityScores>>;
    /** Tagging scheme, such as `IOB2`, or `none`. */
    readonly scheme: string;
    /** How tags that break the scheme were read: `strict` or `default`. */
    readonly mode: string;
  };
  /** The sentences of the reported part, or a sample of them; absent for a run that did not keep them. */
  readonly test?: TaggedSentences;
}

/** The metrics by which taggers are shown side by side. */
const sideBySide: readonly SideBySideMetric[] = [
  ['f1', 'F1'],
  ['accuracy', 'accuracy'],
];

/**
 * Renders a run of token classification as one HTML page, like `renderReport`.
 *
 * @example renderTokenReport({ title: 'Skills', config, history, summary, generatedAt: '2026-01-31' })
 */
export function renderTokenReport(data: TokenRunData): string {
  const { summary, title, generatedAt } = data;
  const test = data.test && data.test.sentences.length > 0 ? data.test : undefined;
  checkTags(data);
  const { f1, accuracy, trainExamples, testExamples } = summary;
  const sentences = test && entitiesIn(test, summary);
  const entities = f1 !== undefined && entityCard(data, sentences);
  const cards = html`${entities}${metricCard('Accuracy', percent(accuracy), 'of the tags')}${metricCard('Loss', loss(summary.loss), 'mean negative log likelihood of the true tag')}`;
  const sizes = [
    ['Training sentences', count(trainExamples)],
    [partOf(data) === 'test' ? 'Test sentences' : 'Validation sentences', count(testExamples)],
  ] as const;
  const below = html`${sentences ? sampleNote(data, sentences.length, 'sentence') : withoutNote}`;
  return renderPage({ title, generatedAt }, [
    resultSection(data, { noun: 'sentence', cards, below }),
    sideBySideSection(summary, sideBySide),
    curves(data),
    entityTable(data),
    sentences ? entityErrorsSection(sentences) : false,
    sentences && test ? sentencesSection(sentences, test) : false,
    usageSection(data),
    speedSection(data, sizes),
    configurationSection(data),
  ]);
}

/** F1 of whole entities, and its interval if the sentences are known. */
function entityCard(
  { summary: { f1, precision, recall } }: TokenRunData,
  sentences?: readonly SentenceEntities[],
): Html {
  const interval = sentences && intervalsOf(sentences.length, entityStatistics(sentences.map(countsOf))).f1;
  const shown = `precision ${percent(precision)}, recall ${percent(recall)}, by whole entities`;
  return metricCard('F1', percent(f1), interval ? `${shown}; ${intervalText(interval)}` : shown);
}

/** Throws RangeError unless there is a predicted tag for each word. */
function checkTags({ test }: TokenRunData): void {
  const wrong = test?.sentences.findIndex(({ words, tags }, i) =>
    [tags, test.predicted[i]?.tags].some((own) => own?.length !== words.length),
  );
  if (wrong !== undefined && wrong >= 0)
    throw new RangeError(`renderTokenReport: sentence ${wrong} expected a true and a predicted tag per word`);
}

/** Precision, recall, F1 and support of every type of entity, then of all together. */
function entityTable({ summary }: TokenRunData): Html {
  const { perEntity, precision, recall, f1, scheme, mode } = summary;
  const all = precision !== undefined && recall !== undefined && f1 !== undefined && [precision, recall, f1];
  return scoreTable({
    ...{ id: 'entities', heading: scheme === 'none' ? 'Tags' : 'Entities', caption: 'Scores by type' },
    heads: ['Type', 'Precision', 'Recall', 'F1', 'Entities'],
    rows: Object.entries(perEntity).map(([type, own]) => entityRow(type, own)),
    foot:
      all &&
      html`<tr><th scope="row">All types</th>${all.map((value) => html`<td class="number">${score(value)}</td>`)}<td></td></tr>`,
    below: html`<p class="note">${
      scheme === 'none'
        ? 'Each tag counts separately.'
        : `An entity is right if its type and both ends are right. Tags are read as ${scheme}, ${mode}.`
    }</p>`,
  });
}

function entityRow(type: string, { precision, recall, f1, support }: EntityScores): Html {
  const numbers = [precision, recall, f1].map((value) => numberCell(value));
  return html`<tr><th scope="row"><bdi>${type}</bdi></th>${numbers}${numberCell(support, count)}</tr>
`;
}

/**
 * Renders the model card, `README.md`, of a tagger.
 *
 * @example renderTokenCard({ title: 'Skills', config, history, summary, generatedAt: '2026-01-31', baseModel: 'google-bert/bert-base-cased' })
 */
export function renderTokenCard(data: TokenRunData & CardOrigin): string {
  const { f1, precision, recall, accuracy, perEntity, scheme, mode } = data.summary;
  const types = Object.keys(perEntity).map(plain).join(', ');
  const rows = Object.entries(perEntity).map(([type, own]) => [
    plain(type),
    ...[own.precision, own.recall, own.f1].map(score),
    count(own.support),
  ]);
  const metrics = [
    { type: 'loss', name: 'Loss', value: data.summary.loss },
    { type: 'precision', name: 'Precision', value: precision },
    { type: 'recall', name: 'Recall', value: recall },
    { type: 'f1', name: 'F1', value: f1 },
    { type: 'accuracy', name: 'Accuracy', value: accuracy },
  ];
  return renderCard(data, {
    pipeline: 'token-classification',
    task: 'Token Classification',
    metrics,
    origin: { fromBase: 'trained further', fromNothing: 'A model trained' },
    noun: 'sentence',
    results: metrics.filter(({ value }) => isNumber(value)).map(({ name, value }) => `${name}: ${decimal(value)}`),
    uses: [
      `It marks entities in a text: ${types}.`,
      ...(scheme === 'none'
        ? []
        : [`Scores are for whole entities, by ${scheme}, ${mode}: type and both ends have to be right.`]),
      'It was measured on data like its training data; measure it again on other texts and languages.',
    ],
    columns: [
      ['Precision', 'precision'],
      ['Recall', 'recall'],
      ['F1', 'f1'],
      ['Accuracy', 'accuracy'],
    ],
    formats: { value: score, epoch: decimal },
    more: [
      ...studentChapter(data, sideBySide),
      `### Results by type\n\n${markdownTable(['Type', 'Precision', 'Recall', 'F1', 'Entities'], rows)}`,
    ],
  });
}
