// Opens trained models for commands: the task of a model, and a classifier or tagger with its engine.
import { openEngine } from '@attune/engine/node';
import { AttuneError } from '@attune/internal';
import type { ModelTask } from '@attune/models';
import { trainingArguments } from '@attune/train';
import {
  type AnyPredictor,
  loadAnyPredictor,
  loadTagger,
  type PredictorOptions,
  type Tagger,
  taskOfModel,
} from '@attune/train/node';
import type { inferenceOptions } from '../options/model';
import type { Flags } from '../program/command';
import { downloadListener } from '../program/listener';
import type { Io } from '../program/process';
import { printNote } from '../program/terminal';

/** The task of a model, as `taskOfModel` has it; a download shows its progress. */
export function modelTask(
  source: string,
  { revision, io }: { readonly revision?: string; readonly io: Io },
): Promise<ModelTask> {
  return taskOfModel(source, { revision, onProgress: downloadListener(io.stderr) });
}

type EngineSettings = Pick<
  PredictorOptions,
  'engine' | 'maxLength' | 'revision' | 'base' | 'batchSize' | 'onProgress' | 'onNote'
>;

interface OpenOptions {
  readonly flags: Flags<typeof inferenceOptions>;
  readonly io: Pick<Io, 'stderr'>;
}

/**
 * Runs `use` with a trained classifier or regression, then closes it.
 *
 * @param onTruncated called with the number of truncated texts, and their maximum length
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range, else as `loadAnyPredictor`
 */
export function withPredictor<T>(
  source: string,
  { onTruncated, ...open }: OpenOptions & { readonly onTruncated: (count: number, maxLength: number) => void },
  use: (predictor: AnyPredictor) => Promise<T>,
): Promise<T> {
  const { threshold } = open.flags;
  const decision = threshold === undefined ? undefined : { threshold };
  return withModel(
    open,
    (settings) => loadAnyPredictor(source, { ...settings, onTruncated, decision }),
    async (predictor) => {
      checkModel(predictor, source, open.flags);
      return use(predictor);
    },
  );
}

/**
 * Runs `use` with a trained tagger, then closes it.
 *
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range, else as `loadTagger`
 */
export function withTagger<T>(
  source: string,
  open: OpenOptions & { readonly flags: { readonly scheme?: Tagger['scheme'] } },
  use: (tagger: Tagger) => Promise<T>,
): Promise<T> {
  const { scheme } = open.flags;
  return withModel(open, (settings) => loadTagger(source, { ...settings, scheme }), use);
}

/**
 * Runs `use` with an engine and the settings for opening a trained model, then closes the engine.
 *
 * @throws AttuneError ARGUMENT_INVALID for a flag out of range
 */
export async function withEngine<T>(
  { flags, io }: OpenOptions,
  use: (settings: EngineSettings) => Promise<T>,
): Promise<T> {
  const { maxLength, perDeviceEvalBatchSize, revision, base } = flags;
  trainingArguments({ maxLength, perDeviceEvalBatchSize });
  const engine = await openEngine({ name: flags.engine });
  const listeners = { onProgress: downloadListener(io.stderr), onNote: (note: string) => printNote(io.stderr, note) };
  try {
    return await use({ ...listeners, engine, maxLength, revision, base, batchSize: perDeviceEvalBatchSize });
  } finally {
    await engine.close();
  }
}

function withModel<Model extends { close(): unknown }, T>(
  open: OpenOptions,
  load: (settings: EngineSettings & Pick<PredictorOptions, 'precision'>) => Promise<Model>,
  use: (model: Model) => Promise<T>,
): Promise<T> {
  return withEngine(open, async (settings) => {
    const model = await load({ ...settings, precision: open.flags.precision });
    try {
      return await use(model);
    } finally {
      await model.close();
    }
  });
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
      `threshold: not used by ${source}, which does not assign several labels per text; remove it`,
    );
}
