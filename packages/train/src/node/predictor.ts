import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError, type Engine } from '@attune/engine';
import { openEngine } from '@attune/engine/node';
import type { ModelConfig } from '@attune/models';
import { type LoadOptions, loadModel } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { forwardAll } from '../forward';
import { encodeTexts } from '../sequences';
import { argMaxRows, scoresOf, type Target } from '../tasks/sequence';
import { checkVocabulary } from './check-vocabulary';
import { modelSourceOf } from './run-directory';

export interface Prediction {
  readonly label: string;
  /** Probability of `label`. */
  readonly score: number;
  /** Probability of every label. */
  readonly scores: Readonly<Record<string, number>>;
}

export interface PredictorOptions extends Pick<LoadOptions, 'revision' | 'onProgress' | 'onNote'> {
  /** Opened for the predictor, and closed with it, unless given. */
  readonly engine?: Engine;
  /** Most tokens a text; as the run was trained, or the model's maximum, unless given. */
  readonly maxLength?: number;
  readonly batchSize?: number;
  /** Told how many (distinct) texts of a call reach the maximum length, and so probably are cut there. */
  readonly onTruncated?: (count: number, maxLength: number) => void;
}

/** A trained classifier, ready for texts. */
export interface Predictor {
  readonly config: ModelConfig;
  readonly labels: readonly string[];
  /** One prediction a text, in order. An empty text is predicted as [CLS] [SEP]. */
  predict(texts: readonly string[]): Promise<Prediction[]>;
  /** Logits [texts · labels] and mean loss on known class ids. */
  evaluate(texts: readonly string[], targets: readonly Target[]): Promise<{ logits: Float32Array; loss: number }>;
  close(): Promise<void>;
}

/**
 * Loads a classifier from a run directory, a model directory, or a hub id.
 *
 * @throws AttuneError CHECKPOINT_NO_HEAD for a model that was never trained to classify
 * @example
 * const model = await loadPredictor('runs/sectors');
 * const [{ label, score }] = await model.predict(['Dry bean farming']);
 */
export async function loadPredictor(source: string, options: PredictorOptions = {}): Promise<Predictor> {
  const { revision, onProgress, onNote } = options;
  const loaded = await loadModel(modelSourceOf(source), { revision, onProgress, onNote });
  if (loaded.initialised.length > 0)
    throw new AttuneError(
      'CHECKPOINT_NO_HEAD',
      `${source}: expected a trained classifier, its head is missing (${loaded.initialised.join(', ')}); train it first: attune train --model ${source}`,
    );
  const tokenizer = await loadTokenizer(loaded.directory);
  const { model, parameters } = loaded;
  checkVocabulary(source, tokenizer, model.config);
  const { maxLength = trainedLength(source) ?? model.config.maxPositions, batchSize = 32 } = options;
  const engine = options.engine ?? (await openEngine());
  const program = engine.compile(model.program);
  const { labels } = model.config;
  const run = (texts: readonly string[], targets?: readonly Target[]) => {
    const sequences = encodeTexts(tokenizer, texts, maxLength);
    const cut = sequences.filter(({ ids }) => ids.length === maxLength).length;
    if (cut > 0) options.onTruncated?.(cut, maxLength);
    return forwardAll((batch) => program.run(batch, parameters), sequences, { model, batchSize, targets });
  };
  return {
    config: model.config,
    labels,
    evaluate: run,
    async predict(texts) {
      const distinct = [...new Set(texts)];
      if (distinct.length === 0) return [];
      const scores = scoresOf((await run(distinct)).logits, model.config);
      const predicted = predictionsFrom(scores, labels);
      const byText = new Map(distinct.map((text, i) => [text, predicted[i]]));
      return texts.map((text) => byText.get(text)!);
    },
    async close() {
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

function predictionsFrom(scores: Float32Array, labels: readonly string[]): Prediction[] {
  const width = labels.length;
  return Array.from(argMaxRows(scores, width), (best, row) => {
    const own = scores.subarray(row * width, (row + 1) * width);
    const named = Object.fromEntries(labels.map((label, i) => [label, own[i]]));
    return { label: labels[best], score: own[best], scores: named };
  });
}
