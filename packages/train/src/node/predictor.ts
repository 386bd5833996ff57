import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, type Engine, type Precision } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import { type LoadOptions, loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { checkVocabulary } from './check-vocabulary';
import { openLogits } from './logits';
import { type Predictor, predictorOf } from './predictor-of';
import { modelSourceOf } from './run-directory';

export interface PredictorOptions extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** Opened for the predictor, and closed with it, unless given. */
  readonly engine?: Engine;
  /** Most tokens a text; as the run was trained, or the model's maximum, unless given. */
  readonly maxLength?: number;
  /** Most texts a batch; as many as do not make it slower unless given. */
  readonly batchSize?: number;
  /** `int8`: weights in 8 bits, activations of most layers too. Faster on most processors, and near; `fp32` unless given. */
  readonly precision?: Precision;
  /** Of onnxruntime; as many as the machine has unless given. */
  readonly threads?: number;
  /** Told how many (distinct) texts of a call reach the maximum length, and so probably are cut there. */
  readonly onTruncated?: (count: number, maxLength: number) => void;
}

/**
 * Loads a classifier from a run directory, a model directory, or a hub id.
 *
 * On the engine `onnx` it predicts through the graph that `attune export` writes: one session for all shapes, weights as
 * constants, texts sorted by length. A call's texts are tokenised before its first batch: of 10,000 titles on MiniLM that
 * is 0.5 % of the time (measured), so that nothing is gained by doing both at once.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to classify, ARGUMENT_INVALID for 8 bits
 *   on another engine
 * @example
 * const model = await loadPredictor('runs/sectors');
 * const [{ label, score }] = await model.predict(['Dry bean farming']);
 */
export async function loadPredictor(source: string, options: PredictorOptions = {}): Promise<Predictor> {
  const { revision, onProgress, onNote, precision = 'fp32', batchSize, threads, onTruncated } = options;
  const loaded = await loadModel(modelSourceOf(source), { revision, onProgress, onNote });
  if (loaded.initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained classifier, its head is missing (${loaded.initialised.join(', ')}); train it first: attune train --model ${source}`,
    );
  const tokenizer = await loadTokenizer(loaded.directory);
  const { config } = loaded.model;
  checkVocabulary(source, tokenizer, config);
  const { maxLength = trainedLength(source) ?? config.maxPositions } = options;
  const engine = options.engine ?? (await openEngine({ threads }));
  const logits = await openLogits(loaded, { engine, precision, batchSize, threads });
  return {
    ...predictorOf({ logits, tokenizer, config, maxLength, onTruncated }),
    async close() {
      await logits.close();
      if (!options.engine) await engine.close();
    },
  };
}

/** The maximum length a run was trained with. */
function trainedLength(run: string): number | undefined {
  const path = join(run, 'config.json');
  if (!existsSync(join(run, 'model')) || !existsSync(path)) return undefined;
  return JSON.parse(readFileSync(path, 'utf8')).arguments?.maxLength;
}
