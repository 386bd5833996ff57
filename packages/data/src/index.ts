export { AttuneError } from './attune-error';
export {
  type CleanedRows,
  type Cleaning,
  type CleaningOptions,
  type CleaningReport,
  cleanTable,
  fitCleaning,
} from './cleaning/cleaning';
export { htmlText } from './cleaning/html-text';
export type { MissingPolicy } from './cleaning/missing';
export type { StepReport } from './cleaning/report';
export {
  type Arrangement,
  type GeneratePostingsOptions,
  generatePostings,
  type Posting,
  type PostingSkill,
  postingSectors,
  type SkillType,
} from './generator';
export { type LabelEncoder, labelEncoder, labelEncoderFrom } from './labels';
export { naicsSector, naicsSectors } from './naics';
export { type Random, seededRandom, shuffle } from './random';
export { parseConll } from './readers/conll';
export type { ConllOptions, TaggedSentence } from './readers/conll-reader';
export { type CsvOptions, parseCsv } from './readers/csv';
export { csvText } from './readers/csv-text';
export { parseJsonl } from './readers/jsonl';
export { parseLines } from './readers/lines';
export {
  type CleaningCount,
  countNumberLeaks,
  labelByThreshold,
  type ThresholdLabel,
  type ThresholdOptions,
  type ThresholdRecord,
  thresholdRecords,
} from './records/threshold-records';
export { type MatchOptions, matchTerms, type Term, termMatcher } from './spans/match-terms';
export { type MergedTags, mergeTagLayers, type TagLayer } from './spans/merge-tag-layers';
export type { EntitySpan, SpanScheme, TextRange } from './spans/spans';
export { spansOfTags } from './spans/spans-of-tags';
export { type TagsOfSpansOptions, tagsOfSpans } from './spans/tags-of-spans';
export { mergeSpans, type WindowOptions, type WindowSpans, windowsOf } from './spans/windows';
export { wordRanges } from './spans/words';
export { copiesIn } from './splits/copies';
export { parseFractions } from './splits/fractions';
export { connectedComponents, equalTextGroups, mergeGroups } from './splits/groups';
export { type Fold, type KFolds, type KFoldsOptions, kFolds } from './splits/k-folds';
export {
  type LeakageOptions,
  type LeakageReport,
  type LeakedText,
  type Leaks,
  leakageReport,
  type PairLeakage,
} from './splits/leakage';
export { type NearDuplicateOptions, nearDuplicateGroups } from './splits/near-duplicates';
export { type Split, type SplitOptions, split } from './splits/split';
export { type Columns, takeRows } from './splits/take-rows';
export { didYouMean, suggest } from './suggest';
export { column, field, type Row, type RowStream, requireColumn, type Table, type TableHeader } from './table';
export { textTemplate } from './template';
