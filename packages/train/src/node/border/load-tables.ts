import { checkArgument, checkOptions, type Table, type TableOf } from '@attune/internal';
import type { EvaluateCausalLmOptions } from '../causal-lm/evaluate';
import type { GeneratorOptions } from '../causal-lm/load';
import type { EvaluateMaskedLmOptions } from '../masked-lm/evaluate';
import type { PredictorOptions } from '../sequence/load';
import type { TaggerOptions } from '../token/load';

// The options of loading and evaluating by name, each with the kind of value that it is.

const sourceTable = {
  engine: 'engine',
  revision: 'string',
  base: 'string',
  onProgress: 'function',
  onNote: 'function',
} as const;

const logitsTable = { maxLength: 'number', batchSize: 'number', precision: 'string', threads: 'number' } as const;

export const predictorTable = {
  ...sourceTable,
  ...logitsTable,
  decision: { temperature: 'number', threshold: 'any', offsets: 'object', applied: 'boolean' },
  onTruncated: 'function',
} satisfies TableOf<PredictorOptions>;

export const taggerTable = {
  ...sourceTable,
  ...logitsTable,
  scheme: 'string',
  mode: 'string',
  decoding: 'string',
  stride: 'number',
} satisfies TableOf<TaggerOptions>;

const besideTable = { adapter: 'string', quantize: 'string' } as const;

export const generatorTable = {
  ...sourceTable,
  ...besideTable,
  threads: 'number',
} satisfies TableOf<GeneratorOptions>;

export const evaluateCausalLmTable = {
  ...sourceTable,
  ...besideTable,
  maxLength: 'number',
  truncationMode: 'string',
  batchSize: 'number',
} satisfies TableOf<EvaluateCausalLmOptions>;

export const evaluateMaskedLmTable = {
  ...sourceTable,
  mlmProbability: 'number',
  wholeWord: 'boolean',
  chunkLength: 'number',
  seed: 'number',
  batchSize: 'number',
} satisfies TableOf<EvaluateMaskedLmOptions>;

/** Refuses a source that is no path or name, and options that are not the table's. */
export function checkLoading(where: string, source: unknown, options: unknown, table: Table): void {
  checkArgument(where, { source }, 'path');
  checkOptions(where, options, table);
}
