export { type PackedBatch, type PackOptions, packSequences, type Sequence } from './batch';
export { bert } from './bert/forward';
export { type ModelConfig, parseModelConfig } from './checkpoint/config';
export { distilbert } from './distilbert/forward';
export type { Encoder, ForwardOptions } from './encoder/states';
export { initialise } from './initialise';
export { encoders, type Model, sequenceClassifier } from './model';
