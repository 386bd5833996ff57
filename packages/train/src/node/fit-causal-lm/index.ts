export { type CausalLmEvaluation, type EvaluateCausalLmOptions, evaluateCausalLm } from './evaluate-causal-lm';
export {
  type CausalLmFitOptions,
  type CausalLmFitResult,
  type CausalLmSummary,
  type CausalLmTextParts,
  fitCausalLm,
} from './fit-causal-lm';
