import { join } from 'node:path';
import { type DenseClassifier, majorityBaseline, trainDenseClassifier, tuneBaseline } from '@attune/baseline';
import { checkOptions } from '@attune/internal';
import { classificationReport } from '@attune/metrics';
import type { LabeledTexts } from '../../tasks/sequence/examples';
import { checkLabeled, checkTexts } from '../border/data';
import { compareTable } from '../border/tables';
import { type PreparedModel, prepareModel } from '../model/prepare';
import { fitSequenceClassifier } from './fit';
import { loadPredictor } from './load';
import type { CompareOptions } from './options';

/** The compared classifiers. */
export const comparedClassifiers = {
  transformer: 'transformer',
  tfidf: 'TF-IDF + logistic regression',
  embeddings: 'averaged embeddings + logistic regression',
  majority: 'majority',
} as const;

export type ComparedClassifier = keyof typeof comparedClassifiers;

/** The result of `compareClassifiers`. */
export interface ComparedScores {
  /** The probability of every label, for each test text. */
  readonly scores: Readonly<Record<ComparedClassifier, readonly Readonly<Record<string, number>>[]>>;
  /** The settings with the best macro-F1 on the validation texts, and the seconds of training. */
  readonly chosen: Readonly<Record<string, number>>;
}

/**
 * Compares a fine-tuned transformer, TF-IDF, averaged embeddings and the majority class on the same test texts. Learning rate, epoch,
 * penalties and pairs of words are chosen on the same validation texts. Runs are written below `out`.
 *
 * @throws AttuneError as `fitSequenceClassifier`
 * @example
 * const { scores } = await compareClassifiers({ data, model: 'new', learningRates: [5e-4, 1e-3], engine, out: 'runs/compare' });
 * scores.tfidf[0]; // { high: 0.8, low: 0.2 }
 */
export async function compareClassifiers(options: CompareOptions): Promise<ComparedScores> {
  checkOptions('compareClassifiers', options, compareTable);
  checkCompared(options.data);
  const { train, validation, test } = options.data;
  const words = tuneBaseline(train, validation, { metric: 'macroF1' });
  const transformer = await fitTransformer(options);
  const embeddings = await fitEmbeddings(options);
  const majority = majorityBaseline(train.labels);
  const { C, ngramRange } = words.best;
  return {
    scores: {
      transformer: transformer.scores,
      tfidf: scoresOf(words.baseline.predict(test)),
      embeddings: scoresOf(embeddings.predict(test)),
      majority: scoresOf(majority.predict(test)),
    },
    chosen: { ...transformer.chosen, tfidfC: C, tfidfWords: ngramRange[1], embeddingsC: embeddings.C },
  };
}

const scoresOf = (predictions: readonly { readonly scores: Readonly<Record<string, number>> }[]) =>
  predictions.map(({ scores }) => scores);

function checkCompared(data: CompareOptions['data']): void {
  const where = 'compareClassifiers';
  checkOptions(where, data, { train: 'any!', validation: 'any!', test: 'array!' }, 'data.');
  for (const name of ['train', 'validation'] as const) checkLabeled(where, { name: `data.${name}`, part: data[name] });
  checkTexts(where, 'data.test', data.test);
}

/** Trains once per learning rate, and keeps the best on the validation texts. */
async function fitTransformer({ data, learningRates, ...run }: CompareOptions) {
  const parts = { train: data.train, validation: data.validation };
  const rates: (number | undefined)[] = learningRates ? [...learningRates] : [run.arguments?.learningRate];
  const trials = [];
  for (const learningRate of rates) {
    const out = join(run.out, `rate-${learningRate ?? 'default'}`);
    const args = { ...run.arguments, ...(learningRate !== undefined && { learningRate }) };
    const { summary } = await fitSequenceClassifier({ ...run, out, data: parts, arguments: args });
    trials.push({ out, learningRate, macroF1: summary.macroF1, epoch: summary.bestEpoch, seconds: summary.seconds });
  }
  const { out, learningRate, epoch, macroF1 } = trials.reduce((kept, own) => (own.macroF1 > kept.macroF1 ? own : kept));
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  const predictor = await loadPredictor(out, { engine: run.engine });
  const scores = scoresOf(await predictor.predict(data.test));
  await predictor.close();
  const chosen: Record<string, number> = { epoch, validationMacroF1: macroF1, seconds };
  return { scores, chosen: learningRate === undefined ? chosen : { learningRate, ...chosen } };
}

async function fitEmbeddings({ data, model, newConfig, revision, arguments: own }: CompareOptions) {
  const { train, validation } = data;
  const { texts } = train;
  const labels = [...new Set(train.labels)].sort();
  const seed = own?.seed ?? 42;
  const prepared = await prepareModel(model, {
    ...{ task: 'sequence-classification', labels, seed, texts, newConfig, revision },
  });
  return tuneEmbeddingBaseline(prepared, train, validation);
}

export interface EmbeddingBaseline {
  /** Chosen on the validation texts. */
  readonly C: number;
  /** The probability of every label, for each text. */
  predict(texts: readonly string[]): { readonly scores: Readonly<Record<string, number>> }[];
}

/** Entries of an embedding are some hundredths: a usual penalty would suppress their weights. */
const usualC = [10, 100, 1000, 10_000];

/**
 * Logistic regression on the mean of a model's input embeddings before fine-tuning, with the penalty of
 * the best macro-F1 on the validation texts.
 *
 * @example tuneEmbeddingBaseline(await prepareModel(source, { task, labels, seed, texts }), train, validation).predict(['a text'])
 */
export function tuneEmbeddingBaseline(
  prepared: PreparedModel,
  train: LabeledTexts,
  validation: LabeledTexts,
): EmbeddingBaseline {
  const [known, checked] = [train, validation].map(({ texts }) => averagedEmbeddings(prepared, texts));
  const trials = usualC.map((C) => {
    const classifier = trainDenseClassifier(known, train.labels, { C });
    return { C, classifier, macroF1: classificationReport(validation.labels, classifier.predict(checked)).macro.f1 };
  });
  const { C, classifier } = trials.reduce((kept, trial) => (trial.macroF1 > kept.macroF1 ? trial : kept));
  return { C, predict: (texts) => predicted(classifier, averagedEmbeddings(prepared, texts)) };
}

function predicted({ classes, predictProbabilities }: DenseClassifier<string>, features: Float32Array) {
  const probabilities = predictProbabilities(features); // [texts, classes]
  return Array.from({ length: probabilities.length / classes.length }, (_, text) => ({
    scores: Object.fromEntries(classes.map((name, i) => [name, probabilities[text * classes.length + i]])),
  }));
}

/** The mean of the rows of a text's tokens in the model's table of word embeddings: [texts, embedding]; 0 for a text without tokens. */
export function averagedEmbeddings({ parameters, tokenizer }: PreparedModel, texts: readonly string[]): Float32Array {
  const name = Object.keys(parameters).find((own) => /(embeddings\.word_embeddings|embed_tokens)\.weight$/.test(own))!;
  const table = parameters[name].data as Float32Array; // [vocab, embedding]
  const [, width] = parameters[name].shape;
  const { ids, starts } = tokenizer.encodeBatch(texts, { addSpecialTokens: false });
  const means = new Float32Array(texts.length * width);
  for (let text = 0; text < texts.length; text++) {
    const own = ids.subarray(starts[text], starts[text + 1]);
    for (const id of own) for (let i = 0; i < width; i++) means[text * width + i] += table[id * width + i] / own.length;
  }
  return means;
}
