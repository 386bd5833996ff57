export { type Adaptation, type AdaptOptions, adaptMaskedLm } from './adapt-masked-lm';
export type { LearningRates } from './learning-rates';
