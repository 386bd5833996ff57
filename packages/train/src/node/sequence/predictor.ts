import { AttuneError } from '@attune/engine';
import type { ModelConfig, ProblemType } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import { type Decision, decidedClasses, decidedLabels, decidedScores } from '../../tasks/sequence/decision';
import { encodeTexts, inputKey, type TextInput } from '../../tasks/sequence/examples';
import { meanLoss, type Target } from '../../tasks/sequence/targets';
import type { Logits } from './logits';

/** Of a model with one label a text. */
export interface Prediction {
  readonly label: string;
  /** Probability of `label`. */
  readonly score: number;
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Of a model with any number of labels a text. */
export interface MultiLabelPrediction {
  /** Those whose probability reaches the threshold, in the model's order. */
  readonly labels: readonly string[];
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Of a regression. */
export interface ValuePrediction {
  readonly value: number;
}

/** A prediction, by the kind of problem. */
export interface PredictionOf extends Record<ProblemType, object> {
  readonly single_label_classification: Prediction;
  readonly multi_label_classification: MultiLabelPrediction;
  readonly regression: ValuePrediction;
}

/** A trained model, ready for texts or pairs of them. Inputs of one call that are equal are computed once. */
export interface Predictor<P extends ProblemType = 'single_label_classification'> {
  readonly problemType: P;
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** How logits become scores and labels: as the run tuned it, unless it was given. */
  readonly decision: Decision;
  /** One prediction a text, in order. An empty text is predicted as [CLS] [SEP]. */
  predict(texts: readonly TextInput[]): Promise<PredictionOf[P][]>;
  /** Logits [texts · labels], not tempered, and mean loss on known targets: class ids, or what the head learns of a text. */
  evaluate(texts: readonly TextInput[], targets: readonly Target[]): Promise<{ logits: Float32Array; loss: number }>;
  close(): Promise<void>;
}

/** A predictor of any kind; `problemType` says which. */
export type AnyPredictor = { [P in ProblemType]: Predictor<P> }[ProblemType];

interface Parts {
  readonly logits: Pick<Logits, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly decision?: Decision;
  readonly onTruncated?: (count: number, maxLength: number) => void;
}

/** The predictor around a model that gives logits. */
export function predictorOf({ logits, tokenizer, decision = {}, maxLength, onTruncated, ...parts }: Parts) {
  const problemType = problemTypeOf(parts.config);
  const config = { ...parts.config, problemType };
  const { labels } = config;
  if (problemType === 'regression' && labels.length > 1)
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `config.json: expected a regression with one output, got ${labels.length}, which this version does not predict; use another checkpoint`,
    );
  const logitsOf = (texts: readonly TextInput[]) => {
    const sequences = encodeTexts(tokenizer, texts, maxLength);
    const cut = sequences.filter(({ ids }) => ids.length === maxLength).length;
    if (cut > 0) onTruncated?.(cut, maxLength);
    return logits.of(sequences);
  };
  const predictor: Omit<Predictor<ProblemType>, 'close'> = {
    problemType,
    config,
    labels,
    decision,
    async predict(texts) {
      const { distinct, places } = distinctInputs(texts);
      if (distinct.length === 0) return [];
      const predictions = predicting[problemType](await logitsOf(distinct), config, decision);
      return places.map((place) => predictions[place]);
    },
    async evaluate(texts, targets) {
      const { distinct, places } = distinctInputs(texts);
      const rows = await logitsOf(distinct);
      const all = new Float32Array(texts.length * labels.length);
      places.forEach((place, i) => {
        all.set(rows.subarray(place * labels.length, (place + 1) * labels.length), i * labels.length);
      });
      return { logits: all, loss: meanLoss(all, targets, config) };
    },
  };
  return predictor as Omit<AnyPredictor, 'close'>;
}

/** What transformers takes a model for whose `config.json` does not say: one output is a regression. */
function problemTypeOf({ problemType, labels }: ModelConfig): ProblemType {
  return problemType ?? (labels.length === 1 ? 'regression' : 'single_label_classification');
}

/** Every input once, and where each of them is among these. */
function distinctInputs(texts: readonly TextInput[]): { distinct: TextInput[]; places: number[] } {
  const known = new Map<string, number>();
  const distinct: TextInput[] = [];
  const places = texts.map((text) => {
    const key = inputKey(text);
    const place = known.get(key) ?? distinct.push(text) - 1;
    known.set(key, place);
    return place;
  });
  return { distinct, places };
}

type Predicting<P extends ProblemType> = (
  logits: Float32Array,
  config: ModelConfig,
  decision: Decision,
) => PredictionOf[P][];

const predicting: { readonly [P in ProblemType]: Predicting<P> } = {
  single_label_classification(logits, config, decision) {
    const { labels } = config;
    const scores = decidedScores(logits, config, decision);
    return Array.from(decidedClasses(scores, labels, decision), (best, row) => ({
      label: labels[best],
      score: scores[row * labels.length + best],
      scores: namedRow(scores, labels, row),
    }));
  },
  multi_label_classification(logits, config, decision) {
    const { labels } = config;
    const scores = decidedScores(logits, config, decision);
    return decidedLabels(scores, labels, decision).map((present, row) => ({
      labels: labels.filter((_, id) => present[id] === 1),
      scores: namedRow(scores, labels, row),
    }));
  },
  regression: (logits) => Array.from(logits, (value) => ({ value })),
};

function namedRow(scores: Float32Array, labels: readonly string[], row: number): Record<string, number> {
  return Object.fromEntries(labels.map((label, i) => [label, scores[row * labels.length + i]]));
}
