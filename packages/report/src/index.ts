export { type ComparedRecord, type ComparisonData, renderComparison } from './comparison/render-comparison';
export { type HighlightOptions, highlightsSection, renderHighlights } from './highlights/highlights';
export type { HighlightedText, HighlightSpan } from './highlights/pieces';
export { type Content, type Html, html } from './html';
export { type AnyModelCardData, type ModelCardData, renderModelCard } from './model-card/model-card';
export { type PageHead, renderPage, renderReport } from './render-report';
export type {
  AnyReportData,
  EpochLine,
  EvalLine,
  MetricLine,
  MultiLabelReportData,
  RegressionReportData,
  ReportData,
  RunSummary,
  TestPredictions,
  TrainLine,
} from './report-data';
export {
  type FeatureImportanceOptions,
  featureImportanceSection,
  type WeightedTerm,
} from './sections/feature-importance';
export { type GroupRatesOptions, groupRatesSection } from './sections/group-rates';
export { type ConfusionData, matrix as confusionSection } from './sections/matrix';
export { precisionRecallSection, type ScoredModel } from './sections/precision-recall';
export { type TableSectionOptions, tableSection } from './sections/table-section';
export { renderMaskedLmReport, renderTokenReport } from './task-runs/render-task-run';
export { renderMaskedLmCard, renderTokenCard } from './task-runs/task-card';
export type { EntityScores, MaskedLmRunData, TokenRunData } from './task-runs/task-run-data';
