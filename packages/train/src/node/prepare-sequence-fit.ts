import type { Engine, HostTensor } from '@attune/engine';
import { type Model, modelForTask } from '@attune/models';
import { trainingArguments } from '../arguments';
import { classWeights } from '../class-weights';
import type { Dataset } from '../dataset';
import { forwardAll } from '../forward';
import { scoresOf } from '../tasks/sequence';
import { sequenceTask } from '../tasks/sequence-task';
import type { FitOptions } from './fit-options';
import type { PreparedFit } from './fit-run';
import { withMaxLength } from './max-length';
import { type CleanParts, cleanParts, datasetOf, noteTruncated } from './prepare-data';
import { prepareModel } from './prepare-model';
import { baselinePredictions, figuresOf, type Predictions, predictionsOf } from './results';
import { checkRunDirectory } from './run-directory';

/** What a run of sequence classification ends with. */
export interface SequenceResults {
  readonly figures: {
    readonly accuracy: number;
    readonly macroF1: number;
    readonly loss: number;
    readonly baseline?: { readonly accuracy: number; readonly macroF1: number };
    readonly trainExamples: number;
    readonly testExamples: number;
    readonly evaluatedOn: 'test' | 'validation';
  };
  readonly labels: readonly string[];
  readonly test: Predictions;
  readonly baseline?: Predictions;
}

/** Everything a run of sequence classification needs, checked. */
export async function prepareSequenceFit(options: FitOptions): Promise<PreparedFit<Dataset, SequenceResults>> {
  const { onNote = () => {}, engine } = options;
  const given = trainingArguments(options.arguments);
  await checkRunDirectory(options.out, options);
  const parts = cleanParts(options.data, onNote);
  const { labels } = parts.encoder;
  const {
    model: plain,
    parameters,
    tokenizer,
  } = await prepareModel(options.model, {
    ...options,
    task: 'sequence-classification',
    problemType: 'single_label_classification',
    labels,
    texts: parts.train.texts,
    seed: given.seed,
  });
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = given;
  const model = modelForTask(plain.config, 'sequence-classification', { labelSmoothing, focalGamma });
  const args = withMaxLength(given, model);
  const encoding = { tokenizer, encoder: parts.encoder, maxLength: args.maxLength };
  const train = datasetOf(parts.train, encoding);
  const validation = parts.validation && datasetOf(parts.validation, encoding);
  const reported = datasetOf(parts.reported, encoding);
  noteTruncated(train, args.maxLength, onNote);
  const weights = args.classWeights && classWeights(args.classWeights, train.targets, labels);
  return {
    args,
    model,
    parameters,
    tokenizer,
    task: sequenceTask(model.config, { classWeights: weights }),
    evaluationTask: sequenceTask(model.config),
    data: { train, validation },
    async results(trained) {
      const settings = { engine, model, batchSize: args.perDeviceEvalBatchSize };
      const { test, loss } = await predictReported(trained, { parts, reported }, settings);
      const baseline = baselinePredictions(parts.train, test, { labels, onNote });
      return { figures: summaryFigures(parts, { test, loss, baseline }), labels, test, baseline };
    },
  };
}

function summaryFigures(
  { train, evaluatedOn }: CleanParts,
  { test, loss, baseline }: { test: Predictions; loss: number; baseline?: Predictions },
): SequenceResults['figures'] {
  return {
    ...figuresOf(test),
    loss,
    ...(baseline && { baseline: figuresOf(baseline) }),
    trainExamples: train.texts.length,
    testExamples: test.texts.length,
    evaluatedOn,
  };
}

/** The trained model on the part that results are reported on. */
async function predictReported(
  parameters: Readonly<Record<string, HostTensor>>,
  { parts, reported: { sequences, targets } }: { parts: CleanParts; reported: Dataset },
  { engine, model, batchSize }: { engine: Engine; model: Model; batchSize: number },
): Promise<{ test: Predictions; loss: number }> {
  const program = engine.compile(model.program);
  const settings = { model, targets, batchSize };
  const { logits, loss } = await forwardAll((batch) => program.run(batch, parameters), sequences, settings);
  const truth = { texts: parts.reported.texts, yTrue: Int32Array.from(targets as readonly number[]) };
  return { loss, test: predictionsOf(truth, scoresOf(logits, model.config)) };
}
