import { AttuneError } from '@attune/internal';
import type { ModelConfig, ProblemType, Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { Decision } from '../../tasks/sequence/decision';
import { countCut, encodeTexts, inputKey, type TextInput } from '../../tasks/sequence/examples';
import type { Target } from '../../tasks/sequence/problem';
import { guessedProblemType, meanLoss, type PredictionOf, problemOf } from '../../tasks/sequence/problems';
import { forwardAll } from '../../tasks/sequence/task';
import type { Logits, LogitsReading } from '../model/logits';

/** A trained model, ready for texts or pairs of them. Inputs of one call that are equal are computed once. */
export interface Predictor<P extends ProblemType = 'single_label_classification'> {
  readonly problemType: P;
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** How logits become scores and labels; default as the run tuned it. */
  readonly decision: Decision;
  /** One prediction per text, in order. An empty text is predicted as [CLS] [SEP]. */
  predict(texts: readonly TextInput[]): Promise<PredictionOf[P][]>;
  /** Logits [texts · labels], without temperature, and mean loss on known targets. */
  evaluate(texts: readonly TextInput[], targets: readonly Target[]): Promise<{ logits: Float32Array; loss: number }>;
  close(): Promise<void>;
}

/** A predictor of any kind; `problemType` says which. */
export type AnyPredictor = { [P in ProblemType]: Predictor<P> }[ProblemType];

interface Parts {
  readonly logits: Pick<Logits<Sequence, Float32Array>, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly decision?: Decision;
  /** Whether it was trained on pairs of texts; absent where that is not known. */
  readonly readsPairs?: boolean;
  readonly onTruncated?: (count: number, maxLength: number) => void;
}

/** The predictor around a model that gives logits. */
export function predictorOf({ logits, tokenizer, decision = {}, maxLength, readsPairs, onTruncated, ...parts }: Parts) {
  const problemType = guessedProblemType(parts.config);
  const problem = problemOf({ problemType });
  const config = { ...parts.config, problemType };
  const { labels } = config;
  if (problem.outputs !== undefined && labels.length !== problem.outputs)
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `config.json: expected a ${problemType} with one output, got ${labels.length}, which this version does not predict; use another checkpoint`,
    );
  const logitsOf = (texts: readonly TextInput[]) => {
    if (readsPairs !== undefined) checkPairs(texts, readsPairs);
    const sequences = encodeTexts(tokenizer, texts, maxLength);
    const cut = onTruncated ? countCut(tokenizer, texts, { sequences, maxLength }) : 0;
    if (cut > 0) onTruncated?.(cut, maxLength);
    return logits.of(sequences);
  };
  const predictor: Pick<Predictor<ProblemType>, 'problemType' | 'config' | 'labels' | 'decision' | 'evaluate'> & {
    predict(texts: readonly TextInput[]): Promise<object[]>;
  } = {
    problemType,
    config,
    labels,
    decision,
    async predict(texts) {
      const { distinct, places } = distinctInputs(texts);
      if (distinct.length === 0) return [];
      const predictions = problem.predict(await logitsOf(distinct), { labels, decision });
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

/** @throws AttuneError ARGUMENT_INVALID for pairs of a model that was trained on single texts, and the other way round */
function checkPairs(texts: readonly TextInput[], readsPairs: boolean): void {
  if (texts.every((text) => (typeof text !== 'string') === readsPairs)) return;
  const message = readsPairs
    ? 'textPair: expected a second text of each, because the model was trained on pairs, got none; name its column, or give [first, second]'
    : 'textPair: expected none, because the model was trained on single texts, got second texts; leave it out';
  throw new AttuneError('ARGUMENT_INVALID', message);
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

/** Hugging Face's default: a program is compiled for each shape, and this is one. */
const packedBatchSize = 32;

/** The logits of every sequence, [sequences · labels]. */
export const textLogits: LogitsReading<Sequence, Float32Array> = {
  async fromFile({ config }, file, sequences) {
    const width = config.labels.length;
    const logits = new Float32Array(sequences.length * width);
    await file.run(sequences, (batch, rows) =>
      batch.forEach((sequence, row) => {
        logits.set(rows.subarray(row * width, (row + 1) * width), sequence * width);
      }),
    );
    return logits;
  },
  fromProgram: async (model, forward, { inputs, batchSize = packedBatchSize }) =>
    (await forwardAll(forward, inputs, { model, batchSize })).logits,
};
