export {
  type ComparedClassifier,
  type ComparedScores,
  type CompareOptions,
  compareClassifiers,
  comparedClassifiers,
} from './compare-classifiers';
export { type EmbeddingBaseline, tuneEmbeddingBaseline } from './embedding-baseline';
