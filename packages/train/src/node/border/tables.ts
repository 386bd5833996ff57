import { quantizedFormats } from '@attune/engine';
import { oneOf, type TableOf } from '@attune/internal';
import type { LoraOptions, ProblemType } from '@attune/models';
import { argumentTable } from '../../arguments/arguments';
import { truncationModes } from '../../tasks/causal-lm/examples';
import type { CausalLmFitOptions } from '../causal-lm/options';
import { distillTable } from '../distill/options';
import type { AdaptOptions, MaskedLmFitOptions } from '../masked-lm/options';
import type { RunOptions } from '../run/options';
import type { CompareOptions, FitOptions } from '../sequence/options';
import type { TokenFitOptions } from '../token/options';
import type { CrossValidateOptions, Objective, SearchOptions } from '../tuning/options';
import { problemTypes } from './data';
import { taggingTable } from './tagging-table';

// The options of whole runs by name, each with its kind of value.

const targets = {
  expected: 'an array of names, a regular expression, or "all-linear"',
  holds: (value: unknown) =>
    typeof value === 'string' || (Array.isArray(value) && value.every((name) => typeof name === 'string')),
};

const loraTable = {
  r: 'number!',
  alpha: 'number',
  dropout: 'number',
  targetModules: targets,
  useRslora: 'boolean',
  modulesToSave: 'strings',
} satisfies TableOf<LoraOptions>;

const runTable = {
  model: 'path!',
  revision: 'string',
  newConfig: 'object',
  arguments: argumentTable,
  lora: loraTable,
  quantize: oneOf(quantizedFormats, 'string'), // QUANTIZE_FORMAT says what there is
  mergeAdapter: 'boolean',
  engine: 'engine!',
  out: 'path!',
  overwrite: 'boolean',
  inputs: 'array',
  resume: 'boolean',
  provenance: 'object',
  onEvent: 'function',
  callbacks: 'array',
  onDownload: 'function',
  onNote: 'function',
  keepCheckpoints: oneOf(['until-reported'], 'boolean'),
  hints: 'boolean',
  signal: 'signal',
} satisfies TableOf<RunOptions>;

const unlabeledTable = { texts: 'array!', pairs: 'array' } as const;

const classifyingTable = {
  problemType: oneOf(problemTypes),
  labelList: 'strings',
  tuneThreshold: 'boolean',
  calibrate: 'boolean',
  baseline: oneOf(['default', 'tuned', 'none']),
  mixBaseline: 'boolean',
} as const;

export const sequenceFitTable = {
  ...runTable,
  ...classifyingTable,
  ...distillTable,
  data: 'object!',
  unlabeled: unlabeledTable,
} satisfies TableOf<FitOptions<ProblemType>>;

export const tokenFitTable = {
  ...runTable,
  data: 'object!',
  labelList: 'strings',
  ...taggingTable,
  ...distillTable,
  unlabeled: 'array',
} satisfies TableOf<TokenFitOptions>;

export const maskedLmFitTable = {
  ...runTable,
  data: 'object!',
  chunkLength: 'number',
  mlmProbability: 'number',
  wholeWord: 'boolean',
} satisfies TableOf<MaskedLmFitOptions>;

const { resume: _, callbacks: __, ...adaptedTable } = maskedLmFitTable;

export const adaptTable = { ...adaptedTable, warmUp: argumentTable } satisfies TableOf<AdaptOptions>;

export const causalLmFitTable = {
  ...runTable,
  data: 'object!',
  truncationMode: oneOf(truncationModes),
} satisfies TableOf<CausalLmFitOptions>;

export const compareTable = {
  ...runTable,
  ...distillTable,
  data: 'object!',
  learningRates: 'array',
} satisfies TableOf<CompareOptions>;

export const crossValidateTable = {
  ...runTable,
  ...classifyingTable,
  ...distillTable,
  unlabeled: unlabeledTable,
  folds: 'array!',
  fit: 'function',
  onFold: 'function',
} satisfies TableOf<Omit<CrossValidateOptions, 'problemType'> & Pick<FitOptions<ProblemType>, 'problemType'>>;

export const searchTable = {
  space: 'object!',
  trials: 'number!',
  strategy: oneOf(['random', 'halving']),
  objective: 'object!',
  seed: 'seed',
  eta: 'number',
  leastBudget: 'share',
  runTrial: 'function!',
  out: 'path!',
  resume: 'boolean',
  overwrite: 'boolean',
  inputs: 'array',
  config: 'object',
  onTrial: 'function',
  signal: 'signal',
} satisfies TableOf<SearchOptions>;

export const objectiveTable = { metric: 'string!', greaterIsBetter: 'boolean!' } satisfies TableOf<Objective>;
