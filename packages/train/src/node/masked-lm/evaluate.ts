import { AttuneError, type Engine } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import type { LoadOptions } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { textChunks } from '../../tasks/masked-lm/examples';
import { maskedLmTask } from '../../tasks/masked-lm/task';
import { evaluateModel } from '../model/finished-model';
import { checkVocabulary, loadTrained, trainedConfig } from '../model/load';
import { chunkLengthFor, type MaskingOptions, maskingOf } from './fit';

export interface EvaluateMaskedLmOptions
  extends MaskingOptions,
    Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** Opened for this, and closed after it, unless given. */
  readonly engine?: Engine;
  /** Tokens a chunk; the run's unless given, else as `fitMaskedLm` has them. */
  readonly chunkLength?: number;
  /** Of the masks; the run's unless given, 42 for a model that is none. */
  readonly seed?: number;
  /** Chunks a batch; 32 unless given. */
  readonly batchSize?: number;
}

export interface MaskedLmEvaluation {
  readonly loss: number;
  readonly perplexity: number;
  readonly accuracy: number;
  /** Texts, and the chunks that they make. */
  readonly examples: number;
  readonly chunks: number;
}

/**
 * What a masked language model makes of texts, under masks that are the same every time: before and after it is trained.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for an encoder without the head, DATA_EMPTY for texts that fill no chunk
 * @example
 * const { perplexity } = await evaluateMaskedLm('models/distilbert', texts);
 */
export async function evaluateMaskedLm(
  source: string,
  texts: readonly string[],
  options: EvaluateMaskedLmOptions = {},
): Promise<MaskedLmEvaluation> {
  const { revision, onProgress, onNote, batchSize = 32 } = options;
  const loaded = await loadTrained(source, { task: 'masked-lm', revision, onProgress, onNote });
  const { model, parameters, initialised, directory } = loaded;
  if (initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a masked language model, its head is missing (${initialised.join(', ')}); train it first: attune train --task masked-lm --model ${source}`,
    );
  const tokenizer = await loadTokenizer(directory);
  checkVocabulary(source, tokenizer, model.config);
  const trained = (await trainedConfig(source)) as MaskingOptions & {
    chunkLength?: number;
    arguments?: { seed?: number };
  };
  const chunkLength = chunkLengthFor(model, options.chunkLength ?? trained.chunkLength);
  const task = maskedLmTask(
    maskingOf(tokenizer, {
      mlmProbability: options.mlmProbability ?? trained.mlmProbability,
      wholeWord: options.wholeWord ?? trained.wholeWord,
    }),
  );
  const chunks = textChunks(texts, { tokenizer, chunkLength });
  const seed = options.seed ?? trained.arguments?.seed ?? 42;
  const engine = options.engine ?? (await openEngine());
  try {
    const metrics = await evaluateModel({ model, parameters }, chunks, { engine, task, batchSize, seed });
    const { loss, perplexity, accuracy } = metrics;
    return { loss, perplexity, accuracy, examples: texts.length, chunks: chunks.sequences.length };
  } finally {
    if (!options.engine) await engine.close();
  }
}
