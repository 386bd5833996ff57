// Tables, and readers for text in memory; `@attune/data/node` reads files

export { type ConllOptions, parseConll, type TaggedSentence } from './readers/conll';
export { type CsvOptions, csvText, parseCsv } from './readers/csv';
export { parseJsonl } from './readers/jsonl';
export { parseLines } from './readers/lines';
export {
  type ColumnChoice,
  column,
  field,
  type Row,
  type RowStream,
  requireColumn,
  type Table,
  type TableHeader,
} from './table';
export { fieldsOfTemplate, templateColumns, textTemplate } from './template';

// Cleaning

export {
  type CleanedRows,
  type Cleaning,
  type CleaningOptions,
  type CleaningReport,
  cleanTable,
  fitCleaning,
  type StepReport,
} from './cleaning/cleaning';
export { htmlText } from './cleaning/html-text';
export type { MissingPolicy } from './cleaning/missing';

// Labels

export { cleanLabel, foldedLabel, type LabelEncoder, labelEncoder, labelEncoderFrom } from './labels';
export { naicsSector, naicsSectors } from './naics';
export {
  type CleaningCount,
  countNumberLeaks,
  labelByThreshold,
  type Spellings,
  type ThresholdLabel,
  type ThresholdOptions,
  type ThresholdRecord,
  thresholdRecords,
} from './threshold-records';

// Splits, folds, and groups that are kept together

export { connectedComponents, equalTextGroups, mergeGroups } from './splits/groups';
export { type Fold, type KFolds, type KFoldsOptions, kFolds } from './splits/k-folds';
export { type NearDuplicateOptions, nearDuplicateGroups } from './splits/near-duplicates';
export { parseFractions } from './splits/part-counts';
export { type Columns, type Split, type SplitOptions, split, takeRows } from './splits/split';

// Leakage between parts

export {
  copiesIn,
  type LeakageOptions,
  type LeakageReport,
  type LeakedText,
  type Leaks,
  leakageReport,
  type PairLeakage,
} from './splits/leakage';

// Spans of text and tags of tokens

export { type MatchOptions, matchTerms, type Term, termMatcher } from './spans/match-terms';
export { type MergedTags, mergeTagLayers, type TagLayer } from './spans/merge-tag-layers';
export {
  type AnnotatedText,
  countsCodePoints,
  fromCodePoints,
  isOfWords,
  type OffsetUnit,
  spanOf,
} from './spans/span-forms';
export {
  type EntitySpan,
  joinedWords,
  type SpanScheme,
  spansOfTags,
  type TagsOfSpansOptions,
  type TextRange,
  tagsOfSpans,
  wordRanges,
} from './spans/spans';
export { mergeSpans, type WindowOptions, type WindowSpans, windowsOf } from './spans/windows';

// Generated job postings

export { type GeneratePostingsOptions, generatePostings } from './generator/generate-postings';
export { type Arrangement, type Posting, type PostingSkill, postingSectors, type SkillType } from './generator/posting';

// Seeded randomness

export { type Random, seededRandom, shuffle } from './random';

// Errors

export { AttuneError, type AttuneErrorCode, didYouMean, isAttuneError, suggest } from '@attune/internal';
