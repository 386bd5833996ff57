// A tagger's errors by kind, and sentences with true and predicted entities.
import { type EntityMode, entitiesOf, type TagScheme } from '@attune/metrics';
import type { EntityCounts } from '../intervals';
import { count, percent, plural, shorten } from '../page/format';
import { type Html, html } from '../page/html';
import { type HighlightedText, type HighlightSpan, highlightsSection } from './highlights';
import { tableSection } from './table-section';

/** The sentences of the reported part, with their true tags and those of the model. */
export interface TaggedSentences {
  /** The sentences with their true tags, in order. */
  readonly sentences: readonly {
    /** The words, in order. */
    readonly words: readonly string[];
    /** True tag of each word. */
    readonly tags: readonly string[];
    /** Line of its first word in the file, from 1. */
    readonly line?: number;
  }[];
  /** The model's prediction for each sentence. */
  readonly predicted: readonly {
    /** Predicted tag of each word. */
    readonly tags: readonly string[];
  }[];
  /** Name of the file of the sentences. */
  readonly file?: string;
}

/** Tagging scheme and mode. */
export interface Reading {
  readonly scheme: string;
  readonly mode: string;
}

interface Entity {
  readonly type: string;
  readonly start: number;
  readonly end: number;
}

/** A sentence as entities. */
export interface SentenceEntities {
  readonly words: readonly string[];
  readonly line?: number;
  readonly truth: readonly Entity[];
  readonly predicted: readonly Entity[];
}

/** The entities of every sentence; with scheme `none`, each word whose tag is not `O`. */
export function entitiesIn({ sentences, predicted }: TaggedSentences, { scheme, mode }: Reading): SentenceEntities[] {
  const read = (tags: readonly string[]): readonly Entity[] =>
    scheme === 'none'
      ? tags.flatMap((type, i) => (type === 'O' ? [] : [{ type, start: i, end: i + 1 }]))
      : entitiesOf(tags, { scheme: scheme as TagScheme, mode: mode as EntityMode });
  return sentences.map(({ words, tags, line }, i) => ({
    ...{ words, line, truth: read(tags), predicted: read(predicted[i].tags) },
  }));
}

/** Contribution of each sentence to precision, recall and F1. */
export function countsOf({ truth, predicted }: SentenceEntities): EntityCounts {
  const known = new Set(truth.map(keyOf));
  return {
    found: predicted.filter((entity) => known.has(keyOf(entity))).length,
    truth: truth.length,
    predicted: predicted.length,
  };
}

const keyOf = ({ type, start, end }: Entity) => `${start} ${end} ${type}`;

/** The kinds of errors, and their descriptions. */
const kinds = {
  type: 'both ends right, wrong type',
  boundary: 'type right, one end or both wrong',
  both: 'type and ends wrong, overlapping a true entity',
  missed: 'a true entity without a predicted one',
  invented: 'a predicted entity without a true one',
} as const;

type Kind = keyof typeof kinds;

/** One error: a true entity, a predicted one, or both if they overlap. */
export interface EntityError {
  readonly kind: Kind;
  readonly sentence: SentenceEntities;
  readonly truth?: Entity;
  readonly predicted?: Entity;
}

/** The errors of a sentence. A wrong entity is compared with the true one that shares most words with it. */
export function errorsOf(sentence: SentenceEntities): EntityError[] {
  const found = new Set(sentence.predicted.map(keyOf));
  const known = new Set(sentence.truth.map(keyOf));
  const missing = sentence.truth.filter((entity) => !found.has(keyOf(entity)));
  const extra = sentence.predicted.filter((entity) => !known.has(keyOf(entity)));
  const pairs = missing
    .flatMap((truth) => extra.map((predicted) => ({ truth, predicted, shared: overlap(truth, predicted) })))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared);
  const taken = new Set<Entity>();
  const errors: EntityError[] = [];
  for (const { truth, predicted } of pairs) {
    if (taken.has(truth) || taken.has(predicted)) continue;
    taken.add(truth).add(predicted);
    errors.push({ kind: kindOf(truth, predicted), sentence, truth, predicted });
  }
  const rest = (entities: readonly Entity[]) => entities.filter((entity) => !taken.has(entity));
  return [
    ...errors,
    ...rest(missing).map((truth): EntityError => ({ kind: 'missed', sentence, truth })),
    ...rest(extra).map((predicted): EntityError => ({ kind: 'invented', sentence, predicted })),
  ];
}

const overlap = (a: Entity, b: Entity) => Math.min(a.end, b.end) - Math.max(a.start, b.start);

function kindOf(truth: Entity, predicted: Entity): Kind {
  if (truth.start === predicted.start && truth.end === predicted.end) return 'type';
  return truth.type === predicted.type ? 'boundary' : 'both';
}

/** A section with the number of errors of each kind, and an example of each. */
export function entityErrorsSection(sentences: readonly SentenceEntities[]): Html {
  const errors = sentences.flatMap(errorsOf);
  const rows = (Object.keys(kinds) as Kind[]).map((kind) => {
    const own = errors.filter((error) => error.kind === kind);
    const name = kind === 'both' ? 'type and boundary' : kind;
    return [
      html`<b>${name}</b>: ${kinds[kind]}${own[0] && example(own[0])}`,
      count(own.length),
      percent(errors.length > 0 ? own.length / errors.length : 0),
    ];
  });
  const number = (name: string) => ({ name, number: true }) as const;
  return tableSection({
    ...{ id: 'entity-errors', heading: 'Errors by kind', rows },
    note: `${plural(errors.length, 'error')} in ${count(sentences.filter((sentence) => errorsOf(sentence).length > 0).length)} of ${plural(sentences.length, 'sentence')}.`,
    columns: ['Kind, and an example', number('Number'), number('Share')],
  });
}

/** `true: New York [PLACE]; predicted: York [NAME]`. */
function example({ sentence, truth, predicted }: EntityError): Html {
  const shown = (name: string, entity: Entity | undefined) =>
    entity &&
    html`${name} <bdi>${shorten(sentence.words.slice(entity.start, entity.end).join(' '), 80)}</bdi> [<bdi>${entity.type}</bdi>]`;
  return html` <span class="line">${sentence.line !== undefined && `line ${sentence.line}, `}${shown('true:', truth)}${truth && predicted && '; '}${shown('predicted:', predicted)}</span>`;
}

const mostSentences = 40;
const mostWords = 250;

/** A section of sentences with their entities marked, in descending order of errors. */
export function sentencesSection(
  sentences: readonly SentenceEntities[],
  { file }: Pick<TaggedSentences, 'file'>,
): Html {
  const order = sentences
    .map((sentence, i) => ({ sentence, i, errors: errorsOf(sentence).length }))
    .filter(({ sentence, errors }) => errors > 0 || sentence.truth.length > 0)
    .sort((a, b) => b.errors - a.errors || a.i - b.i);
  const texts = order.slice(0, mostSentences).map(({ sentence }) => highlighted(sentence));
  const wrong = order.filter(({ errors }) => errors > 0).length;
  const lines = sentences.some(({ line }) => line !== undefined) ? ` Lines refer to ${file ?? 'the file'}.` : '';
  return highlightsSection(texts, {
    most: mostSentences,
    note: `${count(wrong)} of ${plural(sentences.length, 'sentence')} have an error. ${texts.length < order.length ? `Shown are ${count(texts.length)} of the ${count(order.length)} with entities` : 'Shown are all with entities'}, those with most errors first.${lines}`,
  });
}

/** The words joined by spaces, with the entities' positions in that text. */
function highlighted({ words, line, truth, predicted }: SentenceEntities): HighlightedText {
  const shown = words.slice(0, mostWords);
  const starts: number[] = [];
  let length = 0;
  for (const word of shown) {
    starts.push(length);
    length += word.length + 1;
  }
  const spans = (entities: readonly Entity[]): HighlightSpan[] =>
    entities
      .filter(({ end }) => end <= shown.length)
      .map(({ type, start, end }) => ({
        start: starts[start],
        end: starts[end - 1] + shown[end - 1].length,
        label: type,
      }))
      .filter(({ start, end }) => end > start);
  const text = `${shown.join(' ')}${shown.length < words.length ? ' …' : ''}`;
  return {
    text,
    truth: spans(truth),
    predicted: spans(predicted),
    ...(line !== undefined && { name: `line ${line}` }),
  };
}
