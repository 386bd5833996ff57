import type { ModelConfig } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { encodeTexts } from '../sequences';
import { meanLoss } from '../tasks/mean-loss';
import { argMaxRows, scoresOf, type Target } from '../tasks/sequence';
import type { Logits } from './logits';

export interface Prediction {
  readonly label: string;
  /** Probability of `label`. */
  readonly score: number;
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

/** A trained classifier, ready for texts. Texts of one call that are equal are computed once. */
export interface Predictor {
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** One prediction a text, in order. An empty text is predicted as [CLS] [SEP]. */
  predict(texts: readonly string[]): Promise<Prediction[]>;
  /** Logits [texts · labels] and mean loss on known targets: class ids, or what the head learns of a text. */
  evaluate(texts: readonly string[], targets: readonly Target[]): Promise<{ logits: Float32Array; loss: number }>;
  close(): Promise<void>;
}

interface Parts {
  readonly logits: Pick<Logits, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly onTruncated?: (count: number, maxLength: number) => void;
}

/** The predictor around a model that gives logits. */
export function predictorOf({ logits, tokenizer, config, maxLength, onTruncated }: Parts): Omit<Predictor, 'close'> {
  const { labels } = config;
  const logitsOf = (texts: readonly string[]) => {
    const sequences = encodeTexts(tokenizer, texts, maxLength);
    const cut = sequences.filter(({ ids }) => ids.length === maxLength).length;
    if (cut > 0) onTruncated?.(cut, maxLength);
    return logits.of(sequences);
  };
  return {
    config,
    labels,
    async predict(texts) {
      const { distinct, places } = distinctTexts(texts);
      if (distinct.length === 0) return [];
      const predictions = predictionsFrom(scoresOf(await logitsOf(distinct), config), labels);
      return places.map((place) => predictions[place]);
    },
    async evaluate(texts, targets) {
      const { distinct, places } = distinctTexts(texts);
      const rows = await logitsOf(distinct);
      const all = new Float32Array(texts.length * labels.length);
      places.forEach((place, i) => {
        all.set(rows.subarray(place * labels.length, (place + 1) * labels.length), i * labels.length);
      });
      return { logits: all, loss: meanLoss(all, targets, config) };
    },
  };
}

/** Every text once, and where each of them is among these. */
function distinctTexts(texts: readonly string[]): { distinct: string[]; places: number[] } {
  const known = new Map<string, number>();
  const places = texts.map((text) => {
    const place = known.get(text) ?? known.size;
    known.set(text, place);
    return place;
  });
  return { distinct: [...known.keys()], places };
}

function predictionsFrom(scores: Float32Array, labels: readonly string[]): Prediction[] {
  const width = labels.length;
  return Array.from(argMaxRows(scores, width), (best, row) => {
    const own = scores.subarray(row * width, (row + 1) * width);
    const named = Object.fromEntries(labels.map((label, i) => [label, own[i]]));
    return { label: labels[best], score: own[best], scores: named };
  });
}
