import { logisticRegression, tfidf } from '@attune/baseline';
import { labelEncoder, labelEncoderFrom } from '@attune/data';
import { AttuneError } from '@attune/engine';
import { multiLabelReport } from '@attune/metrics';
import { needsWords } from '../../node/sequence/baseline';
import { decidedLabels, decidedScores } from './decision';
import type { LabelledTexts } from './examples';
import type { Problem } from './problem';

type Labels = readonly string[];

/** Any number of labels a text, none too. The yardstick is TF-IDF of words and, label by label, logistic regression. */
export const multiLabel: Problem<'multi_label_classification'> = {
  labelsOf(sets) {
    checkSets(sets);
    return labelEncoder(sets.flat()).labels;
  },
  targetWith(labels) {
    const { encode } = labelEncoderFrom(labels);
    return (set) => {
      const present = new Set(set.map(encode));
      return labels.map((_, id) => Number(present.has(id)));
    };
  },
  predictionsOf({ texts, targets }, logits, { config, decision }) {
    const scores = decidedScores(logits, config, decision);
    const yPred = decidedLabels(scores, config.labels, decision);
    return { texts, yTrue: targets as readonly number[][], yPred, scores };
  },
  figuresOf({ yTrue, yPred }) {
    const { subsetAccuracy, micro, macro } = multiLabelReport(yTrue, yPred);
    return { accuracy: subsetAccuracy, microF1: micro.f1, macroF1: macro.f1 };
  },
  baseline: (train, { texts, targets }, { labels, onNote }) =>
    needsWords(onNote, () => {
      const scores = oneVersusRest(train, texts, labels);
      const yPred = decidedLabels(scores, labels);
      return { predictions: { texts, yTrue: targets as readonly number[][], yPred, scores } };
    }),
};

/** Probabilities [texts · labels], each label's from a classifier of its own. */
function oneVersusRest(train: LabelledTexts<Labels>, texts: Labels, labels: Labels): Float32Array {
  const vectorizer = tfidf(train.texts, { sublinearTf: true });
  const [known, unseen] = [vectorizer.transform(train.texts), vectorizer.transform(texts)];
  const scores = new Float32Array(texts.length * labels.length);
  labels.forEach((label, column) => {
    const has = train.labels.map((set) => Number(set.includes(label)));
    // A label that every training text has leaves nothing to tell apart.
    const probabilities = has.includes(0) ? logisticRegression(known, has).predictProbabilities(unseen) : undefined;
    texts.forEach((_, row) => {
      scores[row * labels.length + column] = probabilities ? probabilities[2 * row + 1] : 1;
    });
  });
  return scores;
}

function checkSets(sets: readonly Labels[]): void {
  const distinct = new Set(sets.map((set) => JSON.stringify([...new Set(set)].sort())));
  if (distinct.size > 1) return;
  const [only] = sets;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `train: expected texts with different labels, all ${sets.length} examples have ${only.length === 0 ? 'none' : only.map((label) => `"${label}"`).join(', ')}; check the label column and what separates its labels`,
  );
}
