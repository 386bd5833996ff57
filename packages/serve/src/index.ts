/** `@attune/serve`: fine-tuned models as a service: in worker threads of your own program, or over HTTP. */
export type {
  CallOptions,
  PoolModel,
  PoolOptions,
  PoolSource,
  PoolState,
  PredictorPool,
  WriteOptions,
  WrittenText,
} from './pool/options';
export { openPredictorPool } from './pool/pool';
