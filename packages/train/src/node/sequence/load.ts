import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttuneError, type Engine, type Precision } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import type { ProblemType } from '@attune/models';
import type { LoadOptions } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import type { Decision } from '../../tasks/sequence/decision';
import { checkVocabulary, hasTrained, loadTrained, requireMerged, trainedConfig } from '../model/load';
import { openLogits } from './logits';
import { type AnyPredictor, type Predictor, predictorOf } from './predictor';

export interface PredictorOptions extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** Opened for the predictor, and closed with it, unless given. */
  readonly engine?: Engine;
  /** Most tokens a text; as the run was trained, or the model's maximum, unless given. */
  readonly maxLength?: number;
  /** Most texts a batch; as many as do not make it slower unless given. */
  readonly batchSize?: number;
  /** `int8`: weights in 8 bits, activations of most layers too. Faster on most processors, and near; `fp32` unless given. */
  readonly precision?: Precision;
  /** How logits become scores and labels; what it says comes before what the run tuned. */
  readonly decision?: Decision;
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
 * @param options `problemType` is the kind it has to be: one label a text unless given
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to classify, MODEL_UNSUPPORTED for one of
 *   another kind, ARGUMENT_INVALID for 8 bits on another engine
 * @example
 * const model = await loadPredictor('runs/sectors');
 * const [{ label, score }] = await model.predict(['Dry bean farming']);
 * const prices = await loadPredictor('runs/prices', { problemType: 'regression' });
 * const [{ value }] = await prices.predict(['a small house']);
 */
export async function loadPredictor<P extends ProblemType = 'single_label_classification'>(
  source: string,
  { problemType, ...options }: PredictorOptions & { readonly problemType?: P } = {},
): Promise<Predictor<P>> {
  const expected = problemType ?? 'single_label_classification';
  const predictor = await loadAnyPredictor(source, options);
  if (isOf(predictor, expected as P)) return predictor;
  await predictor.close();
  throw new AttuneError(
    'MODEL_UNSUPPORTED',
    `${source}: expected a model for ${expected}, got one for ${predictor.problemType}; load it with problemType: '${predictor.problemType}'`,
  );
}

const isOf = <P extends ProblemType>(
  predictor: { readonly problemType: ProblemType },
  expected: P,
): predictor is Predictor<P> => predictor.problemType === expected;

/** As `loadPredictor`, of whatever kind the model is: its `problemType` says so. */
export async function loadAnyPredictor(source: string, options: PredictorOptions = {}): Promise<AnyPredictor> {
  const { revision, onProgress, onNote, precision = 'fp32', batchSize, threads, onTruncated } = options;
  const loaded = await loadTrained(source, { revision, onProgress, onNote });
  requireMerged(loaded, precision);
  if (loaded.initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained classifier, its head is missing (${loaded.initialised.join(', ')}); train it first: attune train --model ${source}`,
    );
  const tokenizer = await loadTokenizer(loaded.directory);
  const { config } = loaded.model;
  checkVocabulary(source, tokenizer, config);
  const { maxLength = (await trainedLength(source)) ?? config.maxPositions } = options;
  const decision = { ...(await savedDecision(loaded.directory)), ...options.decision };
  const engine = options.engine ?? (await openEngine({ threads }));
  const logits = await openLogits(loaded, { engine, precision, batchSize, threads });
  const predictor = predictorOf({ logits, tokenizer, config, maxLength, decision, onTruncated });
  return {
    ...predictor,
    async close() {
      await logits.close();
      if (!options.engine) await engine.close();
    },
  } as AnyPredictor;
}

/** The maximum length a run was trained with. */
async function trainedLength(run: string): Promise<number | undefined> {
  if (!hasTrained(run)) return undefined;
  const { arguments: own } = (await trainedConfig(run)) as { readonly arguments?: { readonly maxLength?: number } };
  return own?.maxLength;
}

/**
 * What a run tuned, from the `attune.json` beside its model; nothing for a model without.
 *
 * @throws AttuneError RUN_CONFIG for a file that cannot be read
 */
async function savedDecision(directory: string): Promise<Decision> {
  const path = join(directory, 'attune.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    const { temperature, threshold, offsets }: Decision = JSON.parse(text).summary?.decision ?? {};
    return { ...(temperature && { temperature }), ...(threshold && { threshold }), ...(offsets && { offsets }) };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('RUN_CONFIG', `${path}: expected what the run wrote, got ${message}; train it again`, {
      cause,
    });
  }
}
