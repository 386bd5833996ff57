export { type Objective, objectiveOf } from './objective';
export type { Rung, SearchStrategy } from './rungs';
export { sampleParameters } from './sample-parameters';
export { type RunTrial, type SearchOptions, type SearchResult, search, type TrialEvent } from './search';
export {
  type ParameterRange,
  type ParameterValue,
  parseSearchSpace,
  type SearchSpace,
  type TrialParameters,
} from './search-space';
export type { SearchState, Trial, TrialResult } from './search-state';
