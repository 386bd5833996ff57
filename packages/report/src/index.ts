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
