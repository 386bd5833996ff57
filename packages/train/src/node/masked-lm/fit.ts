import { AttuneError, checkOptions, isAttuneError } from '@attune/internal';
import type { Tokenizer } from '@attune/tokenizer';
import { trainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { type TextChunks, type TextChunksOptions, textChunks } from '../../tasks/masked-lm/examples';
import { type MaskedLmOptions, maskedLmTask } from '../../tasks/masked-lm/task';
import { checkTextParts } from '../border/data';
import { maskedLmFitTable } from '../border/tables';
import { evaluateModel } from '../model/finished-model';
import { type LengthLimits, usualMaxLength } from '../model/max-length';
import { prepareModel } from '../model/prepare';
import { checkRunDirectory } from '../run/check-directory';
import { noteUnused, refuseArguments, reportedPart, withBestMetric } from '../run/checks';
import { fitRun } from '../run/fit';
import type { PreparedFit, TrainingFacts } from '../run/prepared-fit';
import { givenArguments } from '../run/recorded';
import { continuationsOf } from './continuations';
import { guessesOf, type HiddenToken } from './guesses';
import type { MaskedLmFitOptions, MaskingOptions, TextParts } from './options';

/** The summary of a run of masked language modeling. */
export type MaskedLmSummary = MaskedLmResults['metrics'] & TrainingFacts;

/** The result of `fitMaskedLm`. */
export interface MaskedLmFitResult {
  /** The metrics and facts of `summary.json`. */
  readonly summary: MaskedLmSummary;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** The metrics under the same masks before training; absent for a new model. */
  readonly before?: MaskedLmResults['before'];
  /** Some masked tokens of the reported part, and the model's predictions. */
  readonly guesses: readonly HiddenToken[];
}

/**
 * Trains a model to predict masked tokens, which adapts it to the words of the texts, and writes the run directory, as
 * `fitSequenceClassifier` does. A classifier or a tagger of such texts then starts from `model/`.
 *
 * Texts are concatenated and cut into chunks. Masks of the training part are new in every epoch; those of the validation and test
 * parts are fixed and depend on the seed. An encoder without the head gets one, its decoder tied to the embeddings
 * unless `config.json` unties them; `freeze` and one epoch warm it up before the whole model is trained.
 * @throws AttuneError naming the fault and the fix
 * @example
 * await fitMaskedLm({ data: { train: texts, validation: more }, model: 'models/distilbert', engine, out: 'runs/adapted' });
 */
export async function fitMaskedLm(options: MaskedLmFitOptions): Promise<MaskedLmFitResult> {
  checkOptions('fitMaskedLm', options, maskedLmFitTable);
  const { results, ...run } = await fitRun(options, () => prepareMaskedLmFit(options));
  const { before, guesses } = results;
  return { ...run, ...(before && { before }), guesses };
}

/** The results of a run of masked language modeling. */
interface MaskedLmResults {
  /** The metrics of `summary.json`. */
  readonly metrics: {
    /** Mean loss over the masked tokens. */
    readonly loss: number;
    /** exp(loss). */
    readonly perplexity: number;
    /** Share of masked tokens that are predicted right. */
    readonly accuracy: number;
    /** Number of training chunks. */
    readonly chunks: number;
    /** Number of measured chunks. */
    readonly testChunks: number;
    /** Tokens per chunk. */
    readonly chunkLength: number;
    /** Number of training texts. */
    readonly trainExamples: number;
    /** Number of measured texts. */
    readonly testExamples: number;
    /** The measured part. */
    readonly evaluatedOn: 'test' | 'validation';
  };
  /** The metrics under the same masks before training; absent for a new model. */
  readonly before?: {
    /** Mean loss over the masked tokens. */
    readonly loss: number;
    /** exp(loss). */
    readonly perplexity: number;
    /** Share of masked tokens that are predicted right. */
    readonly accuracy: number;
  };
  /** Some masked tokens of the reported part, and the model's predictions. */
  readonly guesses: readonly HiddenToken[];
}

/** The default length of chunks: longer ones cost more attention than they are worth. */
const longestChunk = 256;

/** Everything a run of masked language modeling needs, checked. */
export async function prepareMaskedLmFit(
  options: MaskedLmFitOptions,
): Promise<PreparedFit<TextChunks, MaskedLmResults>> {
  const { onNote = () => {}, engine } = options;
  checkTextParts('fitMaskedLm', options.data);
  // The recorded length is that of chunks, `chunkLength`.
  const given = { ...(await givenArguments(options)), maxLength: options.arguments?.maxLength };
  const resolved = trainingArguments(withBestMetric(given, { task: 'masked-lm' }));
  const unused = ['classWeights', 'labelSmoothingFactor', 'focalGamma', 'maxLength'] as const;
  refuseArguments(resolved, unused, 'masked language modeling');
  await checkRunDirectory(options.out, options);
  noteUnused(options);
  const parts = checkedTexts(options.data, onNote);
  const { model, parameters, tokenizer, origin } = await prepareModel(options.model, {
    ...options,
    task: 'masked-lm',
    texts: parts.train,
    seed: resolved.seed,
  });
  const { mlmProbability = 0.15, wholeWord = false } = options;
  const task = maskedLmTask(maskingOf(tokenizer, { mlmProbability, wholeWord }));
  const chunkLength = chunkLengthFor({ config: model.config, tokenizer }, options.chunkLength);
  const chunked = (name: string, texts: readonly string[]) => chunksOf(name, texts, { tokenizer, chunkLength });
  const train = chunked('train', parts.train);
  const validation = parts.validation && chunked('validation', parts.validation);
  const reported = parts.evaluatedOn === 'test' ? chunked('test', parts.reported) : validation!;
  const args = { ...resolved, maxLength: chunkLength };
  return {
    args,
    model,
    parameters,
    tokenizer,
    origin,
    task,
    data: { train, validation },
    test: parts.evaluatedOn === 'test' ? reported : undefined,
    settings: { chunkLength, mlmProbability, wholeWord },
    async results(finished, onProgress) {
      const settings = { engine, task, batchSize: args.perDeviceEvalBatchSize, seed: args.seed, onProgress };
      const { loss, perplexity, accuracy } = await evaluateModel(finished, reported, settings);
      const chunks = { chunks: train.sequences.length, testChunks: reported.sequences.length, chunkLength };
      const texts = { trainExamples: parts.train.length, testExamples: parts.reported.length };
      const metrics = { loss, perplexity, accuracy, ...chunks, ...texts, evaluatedOn: parts.evaluatedOn };
      const first =
        options.model === 'new' ? undefined : await evaluateModel({ model, parameters }, reported, settings);
      const before = first && { loss: first.loss, perplexity: first.perplexity, accuracy: first.accuracy };
      const guesses = await guessesOf(finished, reported, { engine, tokenizer, maskTokenId: tokenizer.maskId! });
      return { metrics, ...(before && { before }), guesses };
    },
  };
}

function checkedTexts({ train, validation, test }: TextParts, onNote: (note: string) => void) {
  const { reported, evaluatedOn } = reportedPart({ validation, test });
  const kept = train.filter((text) => text.trim() !== '');
  if (kept.length < train.length) onNote(`${train.length - kept.length} empty training texts dropped`);
  return { train: kept, validation, reported, evaluatedOn };
}

/**
 * The length of chunks; default 256 tokens, or the usual maximum length where that is less.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model's positions, and for an invalid length
 */
export function chunkLengthFor(limits: LengthLimits, chunkLength?: number): number {
  const { maxPositions } = limits.config;
  const length = chunkLength ?? Math.min(longestChunk, usualMaxLength(limits));
  if (Number.isInteger(length) && length >= 3 && length <= maxPositions) return length;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `chunkLength: expected an integer from 3 to ${maxPositions}, the model's positions, got ${length}`,
  );
}

/** Chunks of the texts of one part, whose name is for errors. */
export function chunksOf(part: string, texts: readonly string[], options: TextChunksOptions): TextChunks {
  try {
    return textChunks(texts, options);
  } catch (cause) {
    if (!isAttuneError(cause, 'DATA_EMPTY')) throw cause;
    const message = (cause as Error).message.replace(/^textChunks: /, '');
    throw new AttuneError('DATA_EMPTY', `${part} data: ${message}`, { cause });
  }
}

/**
 * Options of `maskedLmTask` for a tokenizer.
 *
 * @throws AttuneError ARGUMENT_INVALID for a probability out of range, and for whole words of a tokenizer that does not mark them, TOKENIZER_NO_MASK for a tokenizer without a mask token
 */
export function maskingOf(
  tokenizer: Tokenizer,
  { mlmProbability = 0.15, wholeWord = false }: MaskingOptions,
): MaskedLmOptions {
  if (!(mlmProbability > 0 && mlmProbability <= 1))
    throw new AttuneError('ARGUMENT_INVALID', `mlmProbability: expected a number in (0, 1], got ${mlmProbability}`);
  const { maskId, clsId, sepId, padId, vocabSize } = tokenizer;
  if (maskId === undefined)
    throw new AttuneError(
      'TOKENIZER_NO_MASK',
      'tokenizer: expected a mask token such as [MASK], found none; masked language modeling needs the tokenizer of a masked language model',
    );
  const isContinuation = wholeWord ? continuationsOf(tokenizer) : undefined;
  if (wholeWord && !isContinuation)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      'wholeWord: expected a tokenizer that marks the pieces of words (##, Ġ or ▁), got one without marks; remove it, to mask single tokens',
    );
  return {
    probability: mlmProbability,
    wholeWord,
    maskTokenId: maskId,
    vocabSize,
    specialTokenIds: [maskId, clsId, sepId, padId].filter((id) => id !== undefined),
    ...(isContinuation && { isContinuation }),
  };
}
