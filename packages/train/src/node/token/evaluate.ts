import { AttuneError } from '@attune/internal';
import { type ClassScores, classificationReport, type EntityMode, entityReport, type TagScheme } from '@attune/metrics';
import type { TaggedWords } from '../../tasks/token/examples';
import type { TagReading } from '../../tasks/token/scheme-of-labels';
import { tagMetrics } from '../../tasks/token/task';
import { logProbability, type SentenceRows, type SentenceTags } from './sentence';

/** The metrics of a tagger's tags. */
export interface TagEvaluation {
  /** Precision over whole entities of all types; absent with the scheme `none`. */
  readonly precision?: number;
  /** Share of the true entities that are found; absent with the scheme `none`. */
  readonly recall?: number;
  /** Harmonic mean of precision and recall; absent with the scheme `none`. */
  readonly f1?: number;
  /** Share of all words whose tag is right. */
  readonly accuracy: number;
  /** Mean cross-entropy over the read words with a tag of the model. */
  readonly loss: number;
  /** Scores per type of entity, or per label with the scheme `none`. */
  readonly perEntity: Readonly<Record<string, ClassScores>>;
  /** The scheme of the entities. */
  readonly scheme: TagScheme | 'none';
  /** How tags that break the scheme are read. */
  readonly mode: EntityMode;
  /** Tags per sentence. */
  readonly predicted: readonly SentenceTags[];
}

interface Tagged {
  readonly sentences: readonly TaggedWords[];
  readonly rows: readonly SentenceRows[];
  readonly predicted: readonly SentenceTags[];
  readonly labels: readonly string[];
}

/** @throws AttuneError MODEL_NOT_FINITE for logits that are not finite */
export function tagEvaluation(
  { sentences, rows, predicted, labels }: Tagged,
  { scheme, mode }: TagReading,
): TagEvaluation {
  const truth = sentences.map(({ tags }) => tags);
  const tags = predicted.map((own) => own.tags);
  const { accuracy, precision, recall, f1 } = tagMetrics(truth, tags, { scheme, mode });
  return {
    ...(scheme !== 'none' && { precision, recall, f1 }),
    accuracy,
    loss: meanLoss(truth, rows, labels),
    perEntity: scoresByType(truth, tags, { scheme, mode }),
    scheme,
    mode,
    predicted,
  };
}

function scoresByType(
  truth: readonly (readonly string[])[],
  tags: readonly (readonly string[])[],
  { scheme, mode }: TagReading,
): Readonly<Record<string, ClassScores>> {
  return scheme === 'none'
    ? classificationReport(truth.flat(), tags.flat()).perClass
    : entityReport(truth, tags, { scheme, mode }).perEntity;
}

function meanLoss(
  truth: readonly (readonly string[])[],
  rows: readonly SentenceRows[],
  labels: readonly string[],
): number {
  let [sum, words] = [0, 0];
  rows.forEach(({ logits, isRead }, sentence) => {
    isRead.forEach((read, word) => {
      if (!read) return;
      const label = labels.indexOf(truth[sentence][word]);
      if (label < 0) return; // a tag that the model lacks has probability 0
      const own = logits.subarray(word * labels.length, (word + 1) * labels.length);
      sum -= logProbability(own, label);
      words++;
    });
  });
  if (Number.isNaN(sum))
    throw new AttuneError(
      'MODEL_NOT_FINITE',
      'tagger: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint',
    );
  return sum / words;
}
