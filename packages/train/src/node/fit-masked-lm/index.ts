export { type EvaluateMaskedLmOptions, evaluateMaskedLm, type MaskedLmEvaluation } from './evaluate-masked-lm';
export {
  fitMaskedLm,
  type MaskedLmFitOptions,
  type MaskedLmFitResult,
  type MaskedLmSummary,
  type TextParts,
} from './fit-masked-lm';
export type { MaskingOptions } from './masking-of';
