// Reports and model cards by kind of run

export { type CausalLmRunData, type Completion, renderCausalLmReport } from './kinds/causal-lm';
export { type CausalLmMetrics, causalLmMetricsIn, renderCausalLmCard } from './kinds/causal-lm-card';
export { type Guess, type MaskedLmRunData, renderMaskedLmCard, renderMaskedLmReport } from './kinds/masked-lm';
export type { MultiLabelReportData } from './kinds/multi-label-data';
export type { RegressionReportData } from './kinds/regression';
export type { ReportData, RunSummary, TestPredictions } from './kinds/single-label-data';
export { type EntityScores, renderTokenCard, renderTokenReport, type TokenRunData } from './kinds/token';
export {
  type AnyModelCardData,
  type AnyReportData,
  type ModelCardData,
  type ReportedProblem,
  renderModelCard,
  renderReport,
} from './reports';
export type { CutTexts, EpochLine, EvalLine, MetricLine, RunData, RunFacts, TestTexts, TrainLine } from './run-data';

// Runs from their files: the page of one run, and a comparison of several

export { renderRunComparison } from './saved/compare-runs';
export { type PageData, predictionLines } from './saved/predictions';
export { readPredictions, type SavedPredictions } from './saved/read-predictions';
export { type RunFiles, renderRun } from './saved/render-run';

// Sections for your own model card

export { hyperparameters, trainedLine } from './card/hyperparameters';
export { passesOf } from './passes';

// A comparison of models

export { type ComparedRecord, type ComparisonData, renderComparison } from './kinds/comparison';

// Your own pages, and their sections

export { type Content, type Html, html } from './page/html';
export { type PageHead, renderPage } from './page/page';
export { type ConfusionData, confusionSection } from './sections/confusion';
export {
  type FeatureImportanceOptions,
  featureImportanceSection,
  type WeightedTerm,
} from './sections/feature-importance';
export { type GroupRatesOptions, groupRatesSection } from './sections/group-rates';
export {
  type HighlightedText,
  type HighlightOptions,
  type HighlightSpan,
  highlightsSection,
  renderHighlights,
} from './sections/highlights';
export { precisionRecallSection, type ScoredModel } from './sections/precision-recall';
export { type TableSectionOptions, tableSection } from './sections/table-section';
