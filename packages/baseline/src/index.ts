// Baselines of text classification

export {
  type Baseline,
  type BaselineOptions,
  type BaselinePrediction,
  type FeatureImportance,
  featureImportance,
  type MajorityBaseline,
  majorityBaseline,
  type TopFeature,
  trainBaseline,
} from './baseline';
export { type BaselineSize, baselineBytes } from './memory';
export {
  type BaselineMetric,
  type BaselineTrial,
  type LabeledTexts,
  type TunedBaseline,
  type TuneOptions,
  tuneBaseline,
} from './tune';

// Logistic regression on any features

export {
  type DenseClassifier,
  type LogisticRegression,
  type LogisticRegressionOptions,
  logisticRegression,
  trainDenseClassifier,
} from './logistic-regression';
export type { SparseMatrix } from './sparse-matrix';

// TF-IDF features

export { type Analyzer, type TermLimits, type WordAnalyzerOptions, wordAnalyzer } from './terms';
export { type TfidfJson, type TfidfOptions, type TfidfVectorizer, tfidf, tfidfFromJson } from './tfidf';

// Errors

export { AttuneError, type AttuneErrorCode, isAttuneError } from '@attune/internal';
