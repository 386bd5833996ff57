export { type Analyzer, type WordAnalyzerOptions, wordAnalyzer } from './analyzer';
export { AttuneError } from './attune-error';
export {
  type Baseline,
  type BaselineOptions,
  type BaselinePrediction,
  type TopFeature,
  trainBaseline,
} from './baseline';
export { type LogisticRegression, type LogisticRegressionOptions, logisticRegression } from './logistic-regression';
export type { SparseMatrix } from './sparse-matrix';
export { type TfidfJson, type TfidfOptions, type TfidfVectorizer, tfidf, tfidfFromJson } from './tfidf';
