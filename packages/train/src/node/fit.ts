import { AttuneError, type Engine } from '@attune/engine';
import type { Model } from '@attune/models';
import { type TrainingArguments, trainingArguments } from '../arguments';
import type { Dataset } from '../dataset';
import type { EvaluationEvent, EventListener, LossEvent } from '../events';
import { forwardAll } from '../forward';
import type { DataParts } from '../labelled-texts';
import { type TrainResult, train } from '../loop';
import { scoresOf } from '../tasks/sequence';
import { cleanParts, datasetOf, noteTruncated } from './prepare-data';
import { type PreparedModel, prepareModel } from './prepare-model';
import { baselinePredictions, figuresOf, type Predictions, predictionsOf } from './results';
import { checkRunDirectory, openRunDirectory } from './run-directory';

export interface FitOptions {
  readonly data: DataParts;
  /** A directory, a hub id in the local cache, or `new`. */
  readonly model: string;
  /** A new model's `config.json` where it differs from the default, under Hugging Face's names. */
  readonly newConfig?: Readonly<Record<string, unknown>>;
  readonly arguments?: Partial<TrainingArguments>;
  readonly engine: Engine;
  /** The run directory. */
  readonly out: string;
  readonly overwrite?: boolean;
  /** Added to the run's `config.json`: where the data came from. */
  readonly provenance?: Readonly<Record<string, unknown>>;
  readonly onEvent?: EventListener;
  /** Told what the user should know and the results do not show. */
  readonly onNote?: (note: string) => void;
  readonly signal?: AbortSignal;
}

export interface RunSummary {
  readonly accuracy: number;
  readonly macroF1: number;
  readonly loss: number;
  readonly baseline?: { readonly accuracy: number; readonly macroF1: number };
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  /** The part the figures are of. */
  readonly evaluatedOn: 'test' | 'validation';
  /** Wall time of training, its evaluations included. */
  readonly seconds: number;
  readonly tokensPerSecond: number;
  readonly engine: string;
}

export interface FitResult {
  readonly summary: RunSummary;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  readonly test: Predictions;
  readonly baseline?: Predictions;
}

/**
 * Fine-tunes a single-label classifier on labelled texts and writes the run directory: `config.json`,
 * `metrics.jsonl`, `model/` (the best epoch by evaluation loss) and `summary.json`, the baseline's figures beside.
 *
 * Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 */
export async function fitSequenceClassifier(options: FitOptions): Promise<FitResult> {
  const { engine, onNote = () => {}, signal } = options;
  const args = trainingArguments(options.arguments);
  await checkRunDirectory(options.out, options);
  const parts = cleanParts(options.data, onNote);
  const { labels } = parts.encoder;
  const source = { labels, texts: parts.train.texts, seed: args.seed, newConfig: options.newConfig };
  const prepared = await prepareModel(options.model, source);
  for (const note of prepared.notes) onNote(note);
  const { model, tokenizer, parameters } = prepared;
  const encoding = { tokenizer, encoder: parts.encoder, maxLength: maxLengthOf(args, model) };
  const data = {
    train: datasetOf(parts.train, encoding),
    validation: parts.validation && datasetOf(parts.validation, encoding),
  };
  const reported = datasetOf(parts.reported, encoding);
  noteTruncated(data.train, encoding.maxLength, onNote);

  const directory = await openRunDirectory(options.out);
  const config = configOf(options, { ...args, maxLength: encoding.maxLength }, prepared);
  await directory.writeConfig(config);
  const history: (LossEvent | EvaluationEvent)[] = [];
  const onEvent: EventListener = (event) => {
    options.onEvent?.(event);
    if (event.type === 'step') return;
    history.push(event);
    directory.log(event);
  };
  const trained = await train({ engine, model, parameters, data, arguments: args, onEvent, signal });
  await directory.writeModel({ config: model.config, parameters: trained.parameters }, tokenizer);

  const { loss, test } = await predictReported(engine, {
    model,
    trained,
    dataset: reported,
    texts: parts.reported.texts,
  });
  const baseline = baselinePredictions(parts.train, test, { labels, onNote });
  const summary: RunSummary = {
    ...figuresOf(test),
    loss,
    ...(baseline && { baseline: figuresOf(baseline) }),
    trainExamples: parts.train.texts.length,
    testExamples: test.texts.length,
    epochs: args.numTrainEpochs,
    bestEpoch: trained.bestEpoch,
    evaluatedOn: parts.evaluatedOn,
    seconds: trained.seconds,
    tokensPerSecond: trained.tokensPerSecond,
    engine: engine.name,
  };
  await directory.writeSummary(summary);
  return { summary, config, history, labels, test, baseline };
}

function maxLengthOf({ maxLength }: TrainingArguments, { config: { maxPositions } }: Model): number {
  if (maxLength === undefined || maxLength <= maxPositions) return maxLength ?? maxPositions;
  throw new AttuneError(
    'ARGUMENT_INVALID',
    `maxLength: expected at most ${maxPositions}, the model's positions, got ${maxLength}`,
  );
}

/** What `config.json` records: everything that decided the run. */
function configOf({ model, engine, provenance }: FitOptions, args: TrainingArguments, prepared: PreparedModel) {
  const { original: _, ...architecture } = prepared.model.config;
  return {
    task: 'sequence-classification',
    model,
    ...provenance,
    arguments: args,
    engine: engine.name,
    architecture,
    node: process.version,
  };
}

interface Reported {
  readonly model: Model;
  readonly trained: TrainResult;
  readonly dataset: Dataset;
  readonly texts: readonly string[];
}

async function predictReported(engine: Engine, { model, trained, dataset, texts }: Reported) {
  const program = engine.compile(model.program);
  const settings = { model, batchSize: 32, targets: dataset.targets };
  const { logits, loss } = await forwardAll(
    (batch) => program.run(batch, trained.parameters),
    dataset.sequences,
    settings,
  );
  const yTrue = Int32Array.from(dataset.targets as readonly number[]);
  return { loss, test: predictionsOf({ texts, yTrue }, scoresOf(logits, model.config)) };
}
