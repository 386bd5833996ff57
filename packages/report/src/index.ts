export { type ModelCardData, renderModelCard } from './model-card/model-card';
export { renderReport } from './render-report';
export type {
  EpochLine,
  EvalLine,
  MetricLine,
  ReportData,
  RunSummary,
  TestPredictions,
  TrainLine,
} from './report-data';
