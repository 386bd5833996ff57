export {
  fitTokenClassifier,
  type TokenFitOptions,
  type TokenFitResult,
  type TokenRunSummary,
} from './fit-token-classifier';
export type { TokenFigures } from './prepare-token-fit';
export { requireKnownTags, type TaggedParts } from './token-parts';
