import { AttuneError, checkItems, type Items } from '@attune/internal';
import type { ModelConfig, ProblemType, Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { Decision } from '../../tasks/sequence/decision';
import { areCut, encodeTexts, inputKey, type TextInput } from '../../tasks/sequence/examples';
import type { Target } from '../../tasks/sequence/problem';
import { guessedProblemType, meanLoss, type PredictionOf, problemOf } from '../../tasks/sequence/problems';
import { forwardAll } from '../../tasks/sequence/task';
import { type Closable, openForEver } from '../border/closable';
import type { Logits, LogitsReading } from '../model/logits';

/** A trained model, ready for texts or pairs of them. Equal inputs of one call are computed once. */
export interface Predictor<P extends ProblemType = 'single_label_classification'> {
  /** The kind of problem of the model. */
  readonly problemType: P;
  /** Its configuration, under one set of names. */
  readonly config: ModelConfig;
  /** All labels, in the order of their ids. */
  readonly labels: readonly string[];
  /** How logits become scores and labels; default the tuned decision of the run. */
  readonly decision: Decision;
  /** One prediction per text, in order. An empty text is predicted as [CLS] [SEP], or as padding where there are no special tokens. */
  predict(texts: readonly TextInput[]): Promise<PredictionOf[P][] & Truncated>;
  /** The prediction of one text; of one pair, `predict([[first, second]])`. */
  predict(text: string): Promise<PredictionOf[P] & Truncated>;
  /** One prediction of one text, an array of an array. */
  predict(texts: string | readonly TextInput[]): Promise<(PredictionOf[P] | PredictionOf[P][]) & Truncated>;
  /** Logits [texts · labels], without temperature, and mean loss on known targets, which are ids or numbers. */
  evaluate(texts: readonly TextInput[], targets: readonly Target[]): Promise<Evaluated & Truncated>;
  /** Frees the model once, after the pending calls. Later calls are refused. */
  close(): Promise<void>;
}

interface Evaluated {
  /** Logits, [texts · labels], without temperature. */
  readonly logits: Float32Array;
  /** Mean loss over the texts. */
  readonly loss: number;
}

/** The number of texts of a call that were cut at the maximum length. The property is not enumerable. */
export interface Truncated {
  /** Number of cut texts. */
  readonly truncated: number;
}

/** A predictor of any kind, named by `problemType`. */
export type AnyPredictor = { [P in ProblemType]: Predictor<P> }[ProblemType];

interface Parts {
  readonly logits: Pick<Logits<Sequence, Float32Array>, 'of'>;
  readonly tokenizer: Tokenizer;
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly decision?: Decision;
  /** Whether it was trained on pairs of texts; absent where that is unknown. */
  readonly readsPairs?: boolean;
  readonly onTruncated?: (count: number, maxLength: number) => void;
  /** Default: never closed. */
  readonly state?: Pick<Closable, 'use'>;
}

/** The predictor around a model that gives logits. */
export function predictorOf({
  logits,
  tokenizer,
  decision = {},
  maxLength,
  readsPairs,
  onTruncated,
  state = openForEver,
  ...parts
}: Parts) {
  const problemType = guessedProblemType(parts.config);
  const problem = problemOf({ problemType });
  const config = { ...parts.config, problemType };
  const { labels } = config;
  if (problem.outputs !== undefined && labels.length !== problem.outputs)
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `config.json: expected a ${problemType} with one output, got ${labels.length}, which this version does not predict; use another checkpoint`,
    );
  const logitsOf = async ({ distinct, places }: Distinct) => {
    if (readsPairs !== undefined) checkPairs(distinct, readsPairs);
    const sequences = encodeTexts(tokenizer, distinct, maxLength);
    const cut = areCut(tokenizer, distinct, { sequences, maxLength });
    const count = cut.filter(Boolean).length;
    if (count > 0) onTruncated?.(count, maxLength);
    const rows = await logits.of(sequences);
    if (!rows.every(Number.isFinite)) throw notFinite();
    return { rows, truncated: places.filter((place) => cut[place]).length };
  };
  const predictAll = async (texts: readonly TextInput[]) => {
    const inputs = distinctInputs(texts);
    if (texts.length === 0) return withTruncated([], 0);
    const { rows, truncated } = await logitsOf(inputs);
    const predictions: readonly object[] = problem.predict(rows, { labels, decision });
    return withTruncated(
      inputs.places.map((place) => predictions[place]),
      truncated,
    );
  };
  const predictor: Pick<Predictor<ProblemType>, 'problemType' | 'config' | 'labels' | 'decision' | 'evaluate'> & {
    predict(texts: string | readonly TextInput[]): Promise<object & Truncated>;
  } = {
    problemType,
    config,
    labels,
    decision,
    predict: (texts) =>
      state.use('predict', async () => {
        const isOne = typeof texts === 'string';
        const inputs = isOne ? [texts] : texts;
        checkItems('predict', { texts: inputs }, textItems);
        const predictions = await predictAll(inputs);
        return isOne ? withTruncated(predictions[0], predictions.truncated) : predictions;
      }),
    evaluate: (texts, targets) =>
      state.use('evaluate', async () => {
        checkItems('evaluate', { texts }, { ...textItems, whole: undefined });
        checkItems('evaluate', { targets }, targetItems(problemType, labels.length));
        if (texts.length !== targets.length)
          throw new RangeError(
            `evaluate: expected a target for each text, got ${texts.length} texts and ${targets.length} targets`,
          );
        if (texts.length === 0) throw new RangeError('evaluate: expected texts, got none; pass at least one');
        const inputs = distinctInputs(texts);
        const { places } = inputs;
        const { rows, truncated } = await logitsOf(inputs);
        const all = new Float32Array(texts.length * labels.length);
        places.forEach((place, i) => {
          all.set(rows.subarray(place * labels.length, (place + 1) * labels.length), i * labels.length);
        });
        return withTruncated({ logits: all, loss: meanLoss(all, targets, config) }, truncated);
      }),
  };
  return predictor as Omit<AnyPredictor, 'close'>;
}

const notFinite = () =>
  new AttuneError(
    'MODEL_NOT_FINITE',
    'model: expected finite scores, got NaN or infinity; the weights are damaged: use another checkpoint',
  );

/** Adds the number of cut texts as a property that loops, comparisons and JSON do not see. */
const withTruncated = <T extends object>(result: T, truncated: number): T & Truncated =>
  Object.defineProperty(result, 'truncated', { value: truncated, configurable: true }) as T & Truncated;

const textItems: Items = {
  whole: 'a text, or an array of texts',
  expected: 'a text, or a pair [first, second]',
  holds: (item) =>
    typeof item === 'string' ||
    (Array.isArray(item) && item.length === 2 && item.every((text) => typeof text === 'string')),
  advice: (item) =>
    typeof item === 'object' && item !== null && 'text' in item
      ? 'give its text: rows.map((row) => row.text)'
      : undefined,
};

/** The targets of each kind of problem. */
function targetItems(problemType: ProblemType, labels: number): Items {
  const isOfLabels = (item: unknown) =>
    Array.isArray(item) && item.length === labels && item.every((present) => present === 0 || present === 1);
  const items: Readonly<Record<ProblemType, Items>> = {
    single_label_classification: {
      expected: `the id of a label, an integer from 0 to ${labels - 1}`,
      holds: (item) => Number.isInteger(item) && (item as number) >= 0 && (item as number) < labels,
      advice: (item) =>
        typeof item === 'string' ? 'give its id: labels.map((label) => model.labels.indexOf(label))' : undefined,
    },
    multi_label_classification: {
      expected: `0 or 1 for each of the ${labels} labels`,
      holds: isOfLabels,
      advice: (item) =>
        Array.isArray(item) && item.some((label) => typeof label === 'string')
          ? 'labels.map((own) => model.labels.map((label) => Number(own.includes(label))))'
          : undefined,
    },
    regression: { expected: 'a number', holds: (item) => Number.isFinite(item) },
  };
  return items[problemType];
}

/** @throws AttuneError ARGUMENT_INVALID for pairs where the model was trained on single texts, and the reverse */
function checkPairs(texts: readonly TextInput[], readsPairs: boolean): void {
  if (texts.every((text) => (typeof text !== 'string') === readsPairs)) return;
  const message = readsPairs
    ? 'textPair: expected a second text of each, since the model was trained on pairs, got none; name its column, or give [[first, second]]'
    : 'textPair: expected only first texts, since the model was trained on single texts, got second texts; remove it';
  throw new AttuneError('ARGUMENT_INVALID', message);
}

interface Distinct {
  readonly distinct: readonly TextInput[];
  readonly places: readonly number[];
}

/** The distinct inputs, and the place of each input among them. */
function distinctInputs(texts: readonly TextInput[]): Distinct {
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

/** Hugging Face's default. A program is compiled for each shape, which this fixes. */
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
