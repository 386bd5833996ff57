import { openEngine } from '@attune/engine/node';
import { maskedLmTask } from '../../tasks/masked-lm/task';
import { checkTexts } from '../border/data';
import { checkLoading, evaluateMaskedLmTable } from '../border/load-tables';
import { evaluateModel } from '../model/finished-model';
import { loadTrainedModel, trainedConfig } from '../model/load';
import { chunkLengthFor, chunksOf, maskingOf } from './fit';
import type { EvaluateMaskedLmOptions, MaskingOptions } from './options';

/** The result of `evaluateMaskedLm`. */
export interface MaskedLmEvaluation {
  /** Mean loss over the masked tokens. */
  readonly loss: number;
  /** exp(loss). */
  readonly perplexity: number;
  /** Share of masked tokens that are predicted right, in [0, 1]. */
  readonly accuracy: number;
  /** Number of texts. */
  readonly examples: number;
  /** Number of chunks of the texts. */
  readonly chunks: number;
}

/**
 * Measures a masked LM on texts, under masks that are the same every time; before or after training.
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
  checkLoading('evaluateMaskedLm', source, options, evaluateMaskedLmTable);
  checkTexts('evaluateMaskedLm', 'texts', texts);
  const { revision, base, onProgress, onNote, batchSize = 32 } = options;
  const { model, parameters, tokenizer } = await loadTrainedModel(source, {
    ...{ task: 'masked-lm', revision, base, onProgress, onNote },
    withoutHead: (missing) =>
      `a masked language model, its head is missing (${missing}); train it first: npx attune train --task masked-lm --model ${source}`,
  });
  const trained = (await trainedConfig(source)) as MaskingOptions & {
    chunkLength?: number;
    arguments?: { seed?: number };
  };
  const chunkLength = chunkLengthFor({ config: model.config, tokenizer }, options.chunkLength ?? trained.chunkLength);
  const task = maskedLmTask(
    maskingOf(tokenizer, {
      mlmProbability: options.mlmProbability ?? trained.mlmProbability,
      wholeWord: options.wholeWord ?? trained.wholeWord,
    }),
  );
  const chunks = chunksOf('given', texts, { tokenizer, chunkLength });
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
