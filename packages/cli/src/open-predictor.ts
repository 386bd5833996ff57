import { AttuneError } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { type AnyPredictor, loadAnyPredictor, type PredictorOptions } from '@attune/train/node';
import type { Flags } from './command';
import type { inferenceOptions } from './commands/shared-options';

interface OpenOptions extends Pick<PredictorOptions, 'onProgress' | 'onNote'> {
  readonly flags: Flags<typeof inferenceOptions>;
  /** Told how many texts were too long, and cut at how many tokens. */
  readonly onTruncated: (count: number, maxLength: number) => void;
}

/**
 * Runs `use` with a trained classifier or regression, and closes it.
 *
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range, else as `loadAnyPredictor`
 */
export async function withPredictor<T>(
  source: string,
  { flags, ...listeners }: OpenOptions,
  use: (predictor: AnyPredictor) => Promise<T>,
): Promise<T> {
  const { maxLength, perDeviceEvalBatchSize, revision, precision, threshold } = flags;
  trainingArguments({ maxLength, perDeviceEvalBatchSize });
  const engine = await openEngine({ name: flags.engine });
  const settings = { engine, maxLength, revision, precision, batchSize: perDeviceEvalBatchSize };
  const decision = threshold === undefined ? undefined : { threshold };
  let predictor: AnyPredictor | undefined;
  try {
    predictor = await loadAnyPredictor(source, { ...listeners, ...settings, decision });
    checkModel(predictor, source, flags);
    return await use(predictor);
  } finally {
    await predictor?.close();
    await engine.close();
  }
}

function checkModel(
  { config, problemType }: AnyPredictor,
  source: string,
  { maxLength = 0, threshold }: OpenOptions['flags'],
): void {
  if (maxLength > config.maxPositions)
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `maxLength: expected at most ${config.maxPositions}, the positions of ${source}, got ${maxLength}`,
    );
  if (threshold !== undefined && problemType !== 'multi_label_classification')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `threshold: expected none, because ${source} does not give a text several labels, got ${threshold}; leave it out`,
    );
}
