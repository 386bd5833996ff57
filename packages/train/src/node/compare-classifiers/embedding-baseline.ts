import { type DenseClassifier, trainDenseClassifier } from '@attune/baseline';
import { classificationReport } from '@attune/metrics';
import type { LabeledTexts } from '../../labelled-texts';
import type { PreparedModel } from '../prepare-model';

export interface EmbeddingBaseline {
  /** Chosen on the validation texts. */
  readonly C: number;
  /** The probability of every label, of each text. */
  predict(texts: readonly string[]): { readonly scores: Readonly<Record<string, number>> }[];
}

/** Entries of an embedding are some hundredths: under a usual penalty their weights would never matter. */
const usualC = [10, 100, 1000, 10_000];

/**
 * Logistic regression on the mean of a model's input embeddings, as they are before it is fine-tuned: of the penalties, the one with
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

/** The mean of the rows of a text's tokens in the model's table of word embeddings: [texts, hidden]; 0 for a text of none. */
export function averagedEmbeddings(
  { model, parameters, tokenizer }: PreparedModel,
  texts: readonly string[],
): Float32Array {
  const name = Object.keys(parameters).find((own) => own.endsWith('embeddings.word_embeddings.weight'))!;
  const table = parameters[name].data as Float32Array; // [vocab, hidden]
  const hidden = model.config.hiddenSize;
  const { ids, starts } = tokenizer.encodeBatch(texts, { addSpecialTokens: false });
  const means = new Float32Array(texts.length * hidden);
  for (let text = 0; text < texts.length; text++) {
    const own = ids.subarray(starts[text], starts[text + 1]);
    for (const id of own)
      for (let i = 0; i < hidden; i++) means[text * hidden + i] += table[id * hidden + i] / own.length;
  }
  return means;
}
