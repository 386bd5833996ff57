/** `@attune/serve/node`: fine-tuned models in worker threads of a program, or over HTTP. */

export { type AttunePluginOptions, attunePlugin } from './http/plugin';
export type {
  EntitiesPrediction,
  LabelPrediction,
  LabelsPrediction,
  ScoredLabel,
  ServedEntity,
  ServedPrediction,
  TopLabelPrediction,
  TopLabelsPrediction,
  ValuePrediction,
} from './http/predictions';
export type { Problem, ProblemCode } from './http/problems';
export type { GenerateAnswer, ListedModel, PredictAnswer, RequestLimits } from './http/schemas';
export { openService, type Service, type ServiceOptions } from './http/server';
export type { PoolInput, PoolPrompt, PoolRow } from './pool/messages';
export type {
  CallOptions,
  PoolModel,
  PoolOptions,
  PoolPredictions,
  PoolSource,
  PoolState,
  PredictorPool,
  WriteOptions,
  WrittenText,
} from './pool/options';
export { openPredictorPool } from './pool/pool';
export { reloadAll } from './pool/reload-all';
export { isSupervised, superviseService } from './processes/supervised';
export { openProcesses, type Processes, type ProcessesOptions } from './processes/supervisor';
