import { AttuneError } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { loadPredictor, type Predictor, type PredictorOptions } from '@attune/train/node';
import type { Flags } from './command';
import type { inferenceOptions } from './commands/shared-options';

interface OpenOptions extends Pick<PredictorOptions, 'onProgress' | 'onNote'> {
  readonly flags: Flags<typeof inferenceOptions>;
  /** Told how many texts were too long, and cut at how many tokens. */
  readonly onTruncated: (count: number, maxLength: number) => void;
}

/**
 * Runs `use` with a trained classifier, and closes it.
 *
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range, else as `loadPredictor`
 */
export async function withPredictor<T>(
  source: string,
  { flags, ...listeners }: OpenOptions,
  use: (predictor: Predictor) => Promise<T>,
): Promise<T> {
  const { maxLength, perDeviceEvalBatchSize, revision, precision } = flags;
  trainingArguments({ maxLength, perDeviceEvalBatchSize });
  const engine = await openEngine({ name: flags.engine });
  const settings = { engine, maxLength, revision, precision, batchSize: perDeviceEvalBatchSize };
  let predictor: Predictor | undefined;
  try {
    predictor = await loadPredictor(source, { ...listeners, ...settings });
    checkModel(predictor, source, maxLength);
    return await use(predictor);
  } finally {
    await predictor?.close();
    await engine.close();
  }
}

function checkModel({ config }: Predictor, source: string, maxLength = 0): void {
  if (maxLength > config.maxPositions)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `maxLength: expected at most ${config.maxPositions}, the positions of ${source}, got ${maxLength}`,
    );
  if ((config.problemType ?? 'single_label_classification') !== 'single_label_classification')
    throw new AttuneError(
      'MODEL_UNSUPPORTED',
      `${source}: expected a model with one label a text, got problem_type ${config.problemType}; use it from code`,
    );
}
