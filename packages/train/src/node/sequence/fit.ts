import { AttuneError, type Engine, type HostTensor } from '@attune/engine';
import type { Model, ProblemType } from '@attune/models';
import { type TrainingArguments, trainingArguments } from '../../arguments/arguments';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { classWeights } from '../../tasks/sequence/class-weights';
import type { Dataset } from '../../tasks/sequence/examples';
import type { PredictionsOf, Problem } from '../../tasks/sequence/problem';
import { problems } from '../../tasks/sequence/problems';
import { startAtTargets } from '../../tasks/sequence/regression';
import { forwardAll, sequenceTask } from '../../tasks/sequence/task';
import { checkTuning, tuneDecision } from '../../tasks/sequence/tune-decision';
import { prepareModel } from '../model/prepare';
import { withMaxLength } from '../run/checks';
import { checkRunDirectory } from '../run/directory';
import { fitRun, type PreparedFit, type TrainingFacts } from '../run/fit';
import type { FitOptions } from '../run/options';
import { checkBaseline } from './baseline';
import { cleanParts, datasetOf, noteTruncated } from './parts';
import { type SequenceFigures, type SequenceResults, sequenceResults } from './results';

/** What `summary.json` holds. */
export type RunSummary<P extends ProblemType = 'single_label_classification'> = SequenceFigures<P> & TrainingFacts;

export interface FitResult<P extends ProblemType = 'single_label_classification'> {
  readonly problemType: P;
  readonly summary: RunSummary<P>;
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}

/**
 * Fine-tunes a classifier on labelled texts, or a regression on texts and numbers, and writes the run directory:
 * `config.json`, `metrics.jsonl`, `model/` (the best epoch by `metricForBestModel`) and `summary.json`, the baseline's
 * figures beside.
 *
 * Whatever is wrong with the input is found before anything is written.
 * @throws AttuneError naming what is wrong and what to do
 * @example
 * const part = { texts: ['wheat loans', 'corn', 'loans'], labels: [['farm', 'bank'], ['farm'], ['bank']] };
 * await fitSequenceClassifier({ problemType: 'multi_label_classification', data: { train: part, validation: part }, … });
 */
export async function fitSequenceClassifier<P extends ProblemType = 'single_label_classification'>(
  options: FitOptions<P>,
): Promise<FitResult<P>> {
  const problemType = (options.problemType ?? 'single_label_classification') as P;
  const { results, summary, config, history } = await fitRun(options, () => prepareSequenceFit(options));
  const { labels, test, baseline } = results;
  return { problemType, summary, config, history, labels, test, ...(baseline && { baseline }) };
}

/** Everything a run of sequence classification needs, checked. */
async function prepareSequenceFit<P extends ProblemType>(
  options: FitOptions<P>,
): Promise<PreparedFit<Dataset, SequenceResults<P>>> {
  const { onNote = () => {}, engine } = options;
  const problemType = (options.problemType ?? 'single_label_classification') as P;
  const problem: Problem<P> = problems[problemType];
  const given = trainingArguments(options.arguments);
  checkArguments(given, problemType);
  checkTuning(options);
  checkBaseline(options);
  await checkRunDirectory(options.out, options);
  const parts = cleanParts(options.data, problem, onNote);
  const { labels } = parts;
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = given;
  const { model, parameters, tokenizer } = await prepareModel(options.model, {
    ...options,
    task: 'sequence-classification',
    problemType,
    labels,
    texts: [...parts.train.texts, ...(parts.train.pairs ?? [])],
    seed: given.seed,
    loss: { labelSmoothing, focalGamma },
  });
  const args = withMaxLength(given, model);
  const encoding = { tokenizer, targetOf: parts.targetOf, maxLength: args.maxLength };
  const train = datasetOf(parts.train, encoding);
  const validation = parts.validation && datasetOf(parts.validation, encoding);
  const reported = datasetOf(parts.reported, encoding);
  noteTruncated(train, args.maxLength, onNote);
  if (problemType === 'regression') startAtTargets(parameters, train.targets as readonly number[]);
  const weights = args.classWeights && classWeights(args.classWeights, train.targets, labels);
  return {
    args,
    model,
    parameters,
    tokenizer,
    task: sequenceTask(model.config, { classWeights: weights }),
    evaluationTask: sequenceTask(model.config),
    data: { train, validation },
    async results({ model, parameters: trained }) {
      const settings = { engine, model, batchSize: args.perDeviceEvalBatchSize };
      const isTuned = options.tuneThreshold || options.calibrate;
      const chosenOn =
        validation && (isTuned || options.mixBaseline)
          ? { logits: (await logitsOf(trained, validation, settings)).logits, targets: validation.targets }
          : undefined;
      const { config } = model;
      const decision = isTuned ? tuneDecision(chosenOn!, { ...options, config }) : undefined;
      const { logits, loss } = await logitsOf(trained, reported, settings);
      const made = { parts, targets: reported.targets, logits, loss, config, decision, chosenOn };
      return sequenceResults(problem, made, { ...options, onNote, args });
    },
  };
}

/** What means something for classes only. */
function checkArguments(
  { classWeights: weights, labelSmoothingFactor, focalGamma }: TrainingArguments,
  problemType: ProblemType,
): void {
  const refuse = (name: string, what: string) => {
    throw new AttuneError('ARGUMENT_INVALID', `${name}: expected none beside ${problemType}, ${what}; leave it out`);
  };
  if (weights && problemType !== 'single_label_classification')
    refuse('classWeights', 'whose examples are of no single class');
  if (problemType !== 'regression') return;
  if (labelSmoothingFactor > 0) refuse('labelSmoothingFactor', 'which has no labels to smooth');
  if (focalGamma > 0) refuse('focalGamma', 'which has no probabilities');
}

/** The trained model's logits on a part. */
function logitsOf(
  parameters: Readonly<Record<string, HostTensor>>,
  { sequences, targets }: Dataset,
  { engine, model, batchSize }: { engine: Engine; model: Model; batchSize: number },
): Promise<{ logits: Float32Array; loss: number }> {
  const program = engine.compile(model.program);
  return forwardAll((batch) => program.run(batch, parameters), sequences, { model, targets, batchSize });
}
