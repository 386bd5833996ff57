import { AttuneError, type Engine, type HostTensor } from '@attune/engine';
import type { Model, ProblemType } from '@attune/models';
import { type TrainingArguments, trainingArguments } from '../../arguments';
import { classWeights } from '../../class-weights';
import type { Dataset } from '../../dataset';
import { forwardAll } from '../../forward';
import { sequenceTask } from '../../tasks/sequence-task';
import { checkTuning, tuneDecision } from '../decision/tune-decision';
import type { FitOptions } from '../fit-options';
import type { PreparedFit } from '../fit-run';
import { withMaxLength } from '../max-length';
import { prepareModel } from '../prepare-model';
import { checkRunDirectory } from '../run-directory';
import { checkBaseline } from './baseline/settings';
import { problems } from './problems';
import type { Problem } from './problems/problem';
import type { SequenceResults } from './results';
import { cleanParts, datasetOf, noteTruncated } from './sequence-parts';
import { sequenceResults } from './sequence-results';
import { startAtTargets } from './start-at-targets';

/** Everything a run of sequence classification needs, checked. */
export async function prepareSequenceFit<P extends ProblemType>(
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
