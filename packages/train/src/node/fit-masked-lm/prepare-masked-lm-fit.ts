import { AttuneError } from '@attune/engine';
import type { Model } from '@attune/models';
import { trainingArguments } from '../../arguments';
import { maskedLmTask } from '../../tasks/masked-lm';
import { type TextChunks, textChunks } from '../../text-chunks';
import { withBestMetric } from '../best-metrics';
import { evaluateModel } from '../evaluate-model';
import type { PreparedFit } from '../fit-run';
import { prepareModel } from '../prepare-model';
import { reportedPart } from '../reported-part';
import { checkRunDirectory } from '../run-directory';
import { refuseArguments } from '../unused-arguments';
import type { MaskedLmFitOptions, TextParts } from './fit-masked-lm';
import { maskingOf } from './masking-of';

/** What a run of masked language modelling ends with. */
export interface MaskedLmResults {
  readonly figures: {
    /** Mean over the guessed tokens. */
    readonly loss: number;
    /** exp(loss). */
    readonly perplexity: number;
    /** Share of right guesses. */
    readonly accuracy: number;
    /** Chunks it was trained on, and measured on. */
    readonly chunks: number;
    readonly testChunks: number;
    readonly chunkLength: number;
    /** Texts. */
    readonly trainExamples: number;
    readonly testExamples: number;
    readonly evaluatedOn: 'test' | 'validation';
  };
}

/** Longer chunks than this cost more attention than they teach. */
const longestChunk = 256;

/** Everything a run of masked language modelling needs, checked. */
export async function prepareMaskedLmFit(
  options: MaskedLmFitOptions,
): Promise<PreparedFit<TextChunks, MaskedLmResults>> {
  const { onNote = () => {}, engine } = options;
  const given = trainingArguments(withBestMetric(options.arguments, 'masked-lm'));
  const unused = ['classWeights', 'labelSmoothingFactor', 'focalGamma', 'maxLength'] as const;
  refuseArguments(given, unused, 'masked language modelling');
  await checkRunDirectory(options.out, options);
  const parts = checkedTexts(options.data, onNote);
  const { model, parameters, tokenizer } = await prepareModel(options.model, {
    ...options,
    task: 'masked-lm',
    texts: parts.train,
    seed: given.seed,
  });
  const { mlmProbability = 0.15, wholeWord = false } = options;
  const task = maskedLmTask(maskingOf(tokenizer, { mlmProbability, wholeWord }));
  const chunkLength = chunkLengthFor(model, options.chunkLength);
  const chunked = (name: string, texts: readonly string[]) =>
    named(name, () => textChunks(texts, { tokenizer, chunkLength }));
  const train = chunked('train', parts.train);
  const validation = parts.validation && chunked('validation', parts.validation);
  const reported = parts.evaluatedOn === 'test' ? chunked('test', parts.reported) : validation!;
  const args = { ...given, maxLength: chunkLength };
  return {
    args,
    model,
    parameters,
    tokenizer,
    task,
    data: { train, validation },
    settings: { chunkLength, mlmProbability, wholeWord },
    async results(finished) {
      const settings = { engine, task, batchSize: args.perDeviceEvalBatchSize, seed: args.seed };
      const { loss, perplexity, accuracy } = await evaluateModel(finished, reported, settings);
      const chunks = { chunks: train.sequences.length, testChunks: reported.sequences.length, chunkLength };
      const texts = { trainExamples: parts.train.length, testExamples: parts.reported.length };
      return { figures: { loss, perplexity, accuracy, ...chunks, ...texts, evaluatedOn: parts.evaluatedOn } };
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
 * The length of chunks that applies: 256 tokens or the model's positions unless given.
 *
 * @throws AttuneError ARGUMENT_INVALID for more than the model has, and for what is no length
 */
export function chunkLengthFor({ config: { maxPositions } }: Model, chunkLength?: number): number {
  const length = chunkLength ?? Math.min(longestChunk, maxPositions);
  if (Number.isInteger(length) && length >= 3 && length <= maxPositions) return length;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `chunkLength: expected an integer from 3 to ${maxPositions}, the model's positions, got ${length}`,
  );
}

/** What `make` makes; an error says of which part. */
function named<T>(part: string, make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if ((cause as { code?: string }).code !== 'DATA_EMPTY') throw cause;
    throw new AttuneError('DATA_EMPTY', `${part} data: ${(cause as Error).message}`, { cause });
  }
}
