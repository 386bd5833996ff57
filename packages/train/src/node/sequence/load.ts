import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { AttuneError, oneOf, parseJson } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import type { Decision } from '../../tasks/sequence/decision';
import { closable } from '../border/closable';
import { problemTypes } from '../border/data';
import { checkDecision, checkLoading, predictorTable } from '../border/load-tables';
import { hasTrained, loadTrainedModel, trainedConfig } from '../model/load';
import { openLogits } from '../model/logits';
import { maxLengthOf } from '../model/max-length';
import type { PredictorOptions } from './options';
import { type AnyPredictor, type Predictor, predictorOf, textLogits } from './predictor';

/**
 * Loads a classifier from a run directory, a model directory, or a hub id.
 *
 * On the engine `onnx` it predicts with the graph of `attune export`: one session for all shapes, weights as
 * constants, texts sorted by length. A call's texts are tokenized before its first batch: of 10,000 titles on MiniLM that
 * is 0.5 % of the time (measured), so that overlapping the two would gain nothing.
 *
 * @param options `problemType` is the expected kind; default one label per text
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to classify, MODEL_UNSUPPORTED for one of
 *   another kind, ARGUMENT_INVALID for 8 bits on another engine
 * @example
 * const model = await loadPredictor('runs/sectors');
 * const { label, score } = await model.predict('Dry bean farming');
 * const prices = await loadPredictor('runs/prices', { problemType: 'regression' });
 * const { value } = await prices.predict('a small house');
 */
export async function loadPredictor<P extends ProblemType = 'single_label_classification'>(
  source: string,
  options: PredictorOptions & {
    /** The expected kind of problem; default one label per text. */
    readonly problemType?: P;
  } = {},
): Promise<Predictor<P>> {
  checkLoading('loadPredictor', source, options, { ...predictorTable, problemType: oneOf(problemTypes) });
  const { problemType, ...loading } = options;
  const expected = problemType ?? 'single_label_classification';
  const predictor = await loadAnyPredictor(source, loading);
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

/**
 * As `loadPredictor`, for a model of any kind; its `problemType` names the kind.
 *
 * @example
 * const model = await loadAnyPredictor('runs/any');
 * if (model.problemType === 'regression') await model.predict(['a small house']); // [{ value: … }]
 */
export async function loadAnyPredictor(source: string, options: PredictorOptions = {}): Promise<AnyPredictor> {
  checkLoading('loadAnyPredictor', source, options, predictorTable);
  const { revision, base, onProgress, onNote, precision = 'fp32', batchSize, threads, onTruncated } = options;
  const loaded = await loadTrainedModel(source, {
    ...{ revision, base, onProgress, onNote, precision },
    withoutHead: (missing) =>
      `a trained classifier, its head is missing (${missing}); train it first: npx attune train --model ${source}`,
  });
  const { tokenizer, model } = loaded;
  const { config } = model;
  const maxLength = maxLengthOf(options.maxLength ?? (await trainedLength(source)), { config, tokenizer });
  checkDecision('loadPredictor', options.decision, config.labels);
  const readsPairs = await trainedOnPairs(hasTrained(source) ? source : loaded.directory);
  const saved = await savedDecision(loaded.directory);
  const isOwn = options.decision !== undefined && saved.applied; // a decision in the weights stays; this one is applied on top
  const decision = isOwn ? options.decision : { ...saved, ...options.decision };
  const engine = options.engine ?? (await openEngine({ threads }));
  const logits = await openLogits(loaded, { engine, precision, batchSize, threads }, textLogits);
  const state = closable('loadPredictor', async () => {
    await logits.close();
    if (!options.engine) await engine.close();
  });
  const predictor = predictorOf({ logits, tokenizer, config, maxLength, decision, readsPairs, onTruncated, state });
  return { ...predictor, close: state.close } as AnyPredictor;
}

/** The maximum length a run was trained with. */
async function trainedLength(run: string): Promise<number | undefined> {
  if (!hasTrained(run)) return undefined;
  const { arguments: own } = (await trainedConfig(run)) as { readonly arguments?: { readonly maxLength?: number } };
  return own?.maxLength;
}

/** Whether a run was trained on pairs; undefined for a model without a run. */
export async function trainedOnPairs(source: string): Promise<boolean | undefined> {
  const { task, pairs, textPair } = await trainedConfig(source);
  return task === 'sequence-classification' ? pairs === true || typeof textPair === 'string' : undefined;
}

/** @throws Error for a decision that is not of numbers */
function numbersOf(decision: Decision = {}): Decision {
  const { temperature, threshold, offsets } = decision;
  const values = [temperature, threshold, offsets].flatMap((value) =>
    typeof value === 'object' && value !== null ? Object.values(value) : value === undefined ? [] : [value],
  );
  const odd = values.find((value) => typeof value !== 'number' || !Number.isFinite(value));
  if (odd === undefined && !(temperature !== undefined && temperature <= 0)) return decision;
  throw new Error(`${JSON.stringify(odd ?? temperature)} in the tuned decision (summary.decision)`);
}

/**
 * The tuned decision of a run, from the `attune.json` with its model; empty without one.
 *
 * @throws AttuneError RUN_CONFIG for a file that cannot be read
 */
export async function savedDecision(directory: string): Promise<Decision> {
  const path = join(directory, 'attune.json');
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  try {
    const record = parseJson(text) as { readonly summary?: { readonly decision?: Decision } } | null;
    const { temperature, threshold, offsets, applied } = numbersOf(record?.summary?.decision);
    return {
      ...{ ...(temperature && { temperature }), ...(threshold && { threshold }), ...(offsets && { offsets }) },
      ...(applied && { applied }),
    };
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('RUN_CONFIG', `${path}: expected the record of the run, got ${message}; train it again`, {
      cause,
    });
  }
}
