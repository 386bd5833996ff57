import { activationKinds, precisions, quantizedFormats } from '@attune/engine';
import {
  AttuneError,
  checkArgument,
  checkOptions,
  didYouMean,
  isObject,
  oneOf,
  type Table,
  type TableOf,
} from '@attune/internal';
import { truncationModes } from '../../tasks/causal-lm/examples';
import type { Decision } from '../../tasks/sequence/decision';
import type { EvaluateCausalLmOptions, GeneratorOptions } from '../causal-lm/options';
import type { EvaluateMaskedLmOptions } from '../masked-lm/options';
import type { PredictorOptions } from '../sequence/options';
import type { TaggerOptions } from '../token/options';
import { taggingTable } from './tagging-table';

// The options of loading and evaluating by name, each with its kind of value.

const sourceTable = {
  engine: 'engine',
  revision: 'string',
  base: 'string',
  onProgress: 'function',
  onNote: 'function',
} as const;

const logitsTable = {
  maxLength: 'length',
  batchSize: 'count',
  precision: oneOf(precisions),
  threads: 'count',
} as const;

const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;

const thresholds = {
  expected: 'a number in [0, 1], or an object with one for each label',
  holds: (value: unknown) => isShare(value) || (isObject(value) && Object.values(value).every(isShare)),
};

const offsets = {
  expected: 'an object with a number for each label',
  holds: (value: unknown) => isObject(value) && Object.values(value).every((offset) => Number.isFinite(offset)),
};

export const predictorTable = {
  ...sourceTable,
  ...logitsTable,
  decision: { temperature: 'positive', threshold: thresholds, offsets, applied: 'boolean' },
  onTruncated: 'function',
} satisfies TableOf<PredictorOptions>;

export const taggerTable = {
  ...sourceTable,
  ...logitsTable,
  ...taggingTable,
} satisfies TableOf<TaggerOptions>;

const besideTable = { adapter: 'string', quantize: oneOf(quantizedFormats, 'string') } as const;

export const generatorTable = {
  ...sourceTable,
  ...besideTable,
  threads: 'count',
  activations: oneOf(activationKinds),
} satisfies TableOf<GeneratorOptions>;

export const evaluateCausalLmTable = {
  ...sourceTable,
  ...besideTable,
  maxLength: 'count',
  truncationMode: oneOf(truncationModes),
  batchSize: 'count',
} satisfies TableOf<EvaluateCausalLmOptions>;

export const evaluateMaskedLmTable = {
  ...sourceTable,
  mlmProbability: 'number',
  wholeWord: 'boolean',
  chunkLength: 'number',
  seed: 'seed',
  batchSize: 'count',
} satisfies TableOf<EvaluateMaskedLmOptions>;

/** Refuses thresholds and offsets of labels that a model does not have. */
export function checkDecision(where: string, decision: Decision = {}, labels: readonly string[]): void {
  for (const [name, of] of Object.entries({ threshold: decision.threshold, offsets: decision.offsets })) {
    const unknown = isObject(of) ? Object.keys(of).find((label) => !labels.includes(label)) : undefined;
    if (unknown !== undefined)
      throw new AttuneError(
        'ARGUMENT_INVALID',
        `${where}: decision.${name} expected labels of the model, got ${JSON.stringify(unknown)}${didYouMean(unknown, labels)}`,
      );
  }
}

/** Refuses a source other than a path or a name, and options that the table lacks. */
export function checkLoading(where: string, source: unknown, options: unknown, table: Table): void {
  checkArgument(where, { source }, 'path');
  checkOptions(where, options, table);
}
