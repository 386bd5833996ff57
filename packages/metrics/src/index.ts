export { accuracy } from './accuracy';
export { type ClassificationReport, classificationReport } from './classification-report';
export { confusionMatrix } from './confusion-matrix';
export { type EntityMode, type EntityOptions, entitiesOf } from './entities/entities-of';
export type { Entity } from './entities/entity';
export { type EntityReport, entityReport, type TagRows } from './entities/entity-report';
export { isTagOf, type TagScheme, tagSchemes } from './entities/schemes';
export { type Label, type LabelOptions, labelsOf } from './labels';
export { type Indicators, type MultiLabelReport, multiLabelReport } from './multi-label';
export { type PrecisionRecallF1, precisionRecallF1 } from './precision-recall-f1';
export {
  meanAbsoluteError,
  meanSquaredError,
  type RegressionReport,
  r2Score,
  regressionReport,
  rootMeanSquaredError,
} from './regression';
export type { Averages, ClassScores, Scores } from './scores';
