// The models that are held side by side. Each gives the probability of "high" for every record of the part held out.

import { join } from 'node:path';
import { majorityBaseline, trainDenseClassifier, tuneBaseline } from '@attune/baseline';
import { classificationReport } from '@attune/metrics';
import type { LabelledTexts } from '@attune/train';
import {
  fitSequenceClassifier,
  loadPredictor,
  type PreparedModel,
  prepareModel,
  type RunOptions,
} from '@attune/train/node';
import type { FoldData } from './folds';
import type { Label, LabelledRecord } from './records';

export const modelNames = {
  transformer: 'transformer',
  tfidf: 'TF-IDF + logistic regression',
  embeddings: 'averaged embeddings + logistic regression',
  majority: 'majority',
  rule: 'the rule itself (reads the volume)',
} as const;

export type ModelName = keyof typeof modelNames;
export type Scores = Readonly<Record<ModelName, readonly number[]>>;

type FoldRun = RunOptions & { readonly data: FoldData; readonly learningRates: readonly number[] };

const penalties = [0.1, 1, 10, 100];

/** The scores of all models on a fold's held-out part, and what was chosen on its validation part. */
export async function scoreFold(options: FoldRun): Promise<{ scores: Scores; chosen: Record<string, number> }> {
  const { train, validation, test } = options.data;
  const texts = test.map(({ text }) => text);
  const yardstick = tuneBaseline(labelled(train), labelled(validation), { c: penalties, metric: 'macroF1' });
  const transformer = await fitTransformer(options, texts);
  const embeddings = await fitEmbeddings(options, texts);
  const scores = {
    transformer: transformer.scores,
    tfidf: yardstick.baseline.predict(texts).map((prediction) => prediction.scores.high),
    embeddings: embeddings.scores,
    majority: majorityBaseline(train.map(({ label }) => label))
      .predict(texts)
      .map((prediction) => prediction.scores.high),
    rule: test.map(({ label }) => Number(label === 'high')), // the label is the rule's, whoever applies it
  };
  const { C, ngramRange } = yardstick.best;
  return { scores, chosen: { ...transformer.chosen, tfidfC: C, tfidfWords: ngramRange[1], embeddingsC: embeddings.C } };
}

/** Trains once for each learning rate, stops early, and keeps the rate that is best on the validation part. */
async function fitTransformer({ data, learningRates, ...run }: FoldRun, texts: readonly string[]) {
  const parts = { train: labelled(data.train), validation: labelled(data.validation) };
  const trials = [];
  for (const learningRate of learningRates) {
    const out = join(run.out, `rate-${learningRate}`);
    const { summary } = await fitSequenceClassifier({
      ...run,
      out,
      data: parts,
      arguments: { ...run.arguments, learningRate },
    });
    trials.push({ out, learningRate, macroF1: summary.macroF1, epoch: summary.bestEpoch, seconds: summary.seconds });
  }
  const best = trials.reduce((kept, own) => (own.macroF1 > kept.macroF1 ? own : kept));
  const predictor = await loadPredictor(best.out, { engine: run.engine });
  const predictions = await predictor.predict(texts);
  await predictor.close();
  const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0);
  const chosen = { learningRate: best.learningRate, epoch: best.epoch, validationMacroF1: best.macroF1, seconds };
  return { scores: predictions.map((prediction) => prediction.scores.high), chosen };
}

/** Logistic regression on the mean of the model's input embeddings, as they are before it is fine-tuned. */
async function fitEmbeddings({ data, model, newConfig, arguments: own }: FoldRun, texts: readonly string[]) {
  const { train, validation } = data;
  const labels: Label[] = ['high', 'low'];
  const known = train.map(({ text }) => text);
  const task = 'sequence-classification';
  const prepared = await prepareModel(model, { task, labels, seed: own?.seed ?? 42, texts: known, newConfig });
  const [learnt, checked, unseen] = [known, validation.map(({ text }) => text), texts].map((some) =>
    averagedEmbeddings(prepared, some),
  );
  const trials = penalties.map((C) => {
    // Entries of an embedding are some hundredths: the penalty would keep their weights from ever mattering.
    const classifier = trainDenseClassifier(
      learnt,
      train.map(({ label }) => label),
      { C: C * 100 },
    );
    const macroF1 = classificationReport(
      validation.map(({ label }) => label),
      classifier.predict(checked),
    ).macro.f1;
    return { C: C * 100, classifier, macroF1 };
  });
  const { C, classifier } = trials.reduce((kept, trial) => (trial.macroF1 > kept.macroF1 ? trial : kept));
  const high = classifier.classes.indexOf('high');
  const probabilities = classifier.predictProbabilities(unseen); // [texts, 2]
  return { C, scores: texts.map((_, i) => probabilities[2 * i + high]) };
}

/** The mean of the rows of a text's tokens in the model's table of word embeddings: [texts, hidden]. */
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

export function labelled(records: readonly LabelledRecord[]): LabelledTexts {
  return { texts: records.map(({ text }) => text), labels: records.map(({ label }) => label) };
}
