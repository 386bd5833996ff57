export { type Analyzer, type WordAnalyzerOptions, wordAnalyzer } from './analyzer';
export { AttuneError } from './attune-error';
export {
  type Baseline,
  type BaselineOptions,
  type BaselinePrediction,
  trainBaseline,
} from './baseline';
export {
  type DenseClassifier,
  trainDenseClassifier,
} from './dense';
export { type FeatureImportance, featureImportance, type TopFeature } from './feature-importance';
export { type LogisticRegression, type LogisticRegressionOptions, logisticRegression } from './logistic-regression';
export { type MajorityBaseline, majorityBaseline } from './majority';
export type { SparseMatrix } from './sparse-matrix';
export { type TfidfJson, type TfidfOptions, type TfidfVectorizer, tfidf, tfidfFromJson } from './tfidf';
export {
  type BaselineMetric,
  type BaselineTrial,
  type LabelledTexts,
  type TunedBaseline,
  type TuneOptions,
  tuneBaseline,
} from './tune';
