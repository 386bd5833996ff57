import type { Engine, HostTensors } from '@attune/engine';
import { AttuneError, checkOptions } from '@attune/internal';
import { families, type ModelConfig, type ProblemType } from '@attune/models';
import { type TrainingArguments, trainingArguments } from '../../arguments/arguments';
import type { EvaluationListener } from '../../loop/evaluate';
import { eventLoopTurn } from '../../loop/event-loop-turn';
import type { EvaluationEvent, LossEvent } from '../../loop/events';
import { classWeights } from '../../tasks/sequence/class-weights';
import { shiftedBy } from '../../tasks/sequence/decision';
import { countCut, type Dataset, shownText, textInputs } from '../../tasks/sequence/examples';
import type { Classifier } from '../../tasks/sequence/problem';
import { type LabelOf, type PredictionsOf, problems, tuneDecision } from '../../tasks/sequence/problems';
import { type ForwardOptions, forwardAll, sequenceTask } from '../../tasks/sequence/task';
import { checkLabeledParts, checkProblemType } from '../border/data';
import { sequenceFitTable } from '../border/tables';
import { checkUnlabeled, labelsOfTextTeacher, lessonOf, type TextDistilling, teaches } from '../distill/lesson';
import { distillingOf, noteOtherLayers, withAskedModels } from '../distill/options';
import { checkResumedTeachers } from '../distill/resumed';
import { openTextTeacher } from '../distill/sequence';
import { closeAll, openAll } from '../distill/teacher';
import type { FinishedModel } from '../model/finished-model';
import { prepareModel } from '../model/prepare';
import { checkRunDirectory } from '../run/check-directory';
import { noteUnused, withBestMetric, withMaxLength } from '../run/checks';
import { fitRun } from '../run/fit';
import type { Decided, PreparedFit, TrainingFacts } from '../run/prepared-fit';
import { givenArguments } from '../run/recorded';
import { baselineNeeds, checkBaseline } from './baseline';
import { decisionNote, decisionPlace, lacksLayer, placed, tunedModel } from './decided';
import type { FitOptions } from './options';
import { cleanParts, datasetOf, noteTruncated } from './parts';
import { type Reported, type SequenceMetrics, type SequenceResults, sequenceResults } from './results';

/** The summary of a run, as in `summary.json`. */
export type RunSummary<P extends ProblemType = 'single_label_classification'> = SequenceMetrics<P> & TrainingFacts;

/** The result of `fitSequenceClassifier`. */
export interface FitResult<P extends ProblemType = 'single_label_classification'> {
  /** The kind of problem. */
  readonly problemType: P;
  /** The metrics and facts of `summary.json`. */
  readonly summary: RunSummary<P>;
  /** The settings of the run, as in `config.json`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The lines of `metrics.jsonl`. */
  readonly history: readonly (LossEvent | EvaluationEvent)[];
  /** All labels, in the order of their ids. */
  readonly labels: readonly string[];
  /** Predictions of the published files, with the decision in the model. */
  readonly test: PredictionsOf[P];
  /** The same without the tuned decision, where that is in the model. */
  readonly untuned?: PredictionsOf[P];
  /** The same with the tuned decision, where that is a record with the model. */
  readonly tuned?: PredictionsOf[P];
  /** Predictions of the baseline on the same texts; absent without one. */
  readonly baseline?: PredictionsOf[P];
  /** Numbers of texts longer than the maximum length. */
  readonly cut: CutTexts;
}

/** Numbers of cut texts. */
export interface CutTexts {
  /** Cut texts of the training part. */
  readonly train: number;
  /** Cut texts of the reported part. */
  readonly test: number;
  /** The maximum length, in tokens. */
  readonly maxLength: number;
}

type CutResults<P extends ProblemType> = SequenceResults<P> & { readonly cut: CutTexts };

/**
 * Fine-tunes a classifier on labeled texts, or a regression on texts and numbers, and writes the run directory:
 * `config.json`, `metrics.jsonl`, `model/` (the best epoch by `metricForBestModel`) and `summary.json`, including the baseline's
 * metrics.
 *
 * Faults in the input are found before anything is written.
 * @throws AttuneError naming the fault and the fix
 * @example
 * const part = { texts: ['wheat loans', 'corn', 'loans'], labels: [['farm', 'bank'], ['farm'], ['bank']] };
 * await fitSequenceClassifier({ problemType: 'multi_label_classification', data: { train: part, validation: part }, … });
 */
export async function fitSequenceClassifier<P extends ProblemType = 'single_label_classification'>(
  options: FitOptions<P>,
): Promise<FitResult<P>> {
  checkOptions('fitSequenceClassifier', options, sequenceFitTable);
  const problemType = (options.problemType ?? 'single_label_classification') as P;
  const { results, summary, config, history } = await fitRun(withAskedModels(options), () =>
    prepareSequenceFit(withAskedModels(options)),
  );
  const { metrics: _, decision: __, sameAnswer: ___, ...predictions } = results;
  return { problemType, summary, config, history, ...predictions };
}

/** Checks the options, opens the teachers until their outputs are computed, and prepares the student. */
async function prepareSequenceFit<P extends ProblemType>(
  options: FitOptions<P>,
): Promise<PreparedFit<Dataset, CutResults<P>>> {
  checkProblemType('fitSequenceClassifier', options.problemType);
  const distilling = distillingOf(options);
  if (options.unlabeled) checkUnlabeled(options.unlabeled, options.data);
  const { engine, onNote = () => {}, problemType = 'single_label_classification' } = options;
  const pairs = (options.data?.train as { readonly pairs?: unknown } | undefined)?.pairs !== undefined;
  const opening = { problemType: problemType as ProblemType, pairs, engine, onNote };
  const teachers = await openAll(distilling?.teachers ?? [], (source) => openTextTeacher(source, opening));
  try {
    await checkResumedTeachers(teachers, options);
    return await prepareStudent(options, distilling && { ...distilling, teachers });
  } finally {
    await closeAll(teachers);
  }
}

/** Prepares data, model and the teachers' targets, and defines how the trained model is measured. */
async function prepareStudent<P extends ProblemType>(
  options: FitOptions<P>,
  distilling: TextDistilling | undefined,
): Promise<PreparedFit<Dataset, CutResults<P>>> {
  const { onNote = () => {}, engine } = options;
  const problemType = (options.problemType ?? 'single_label_classification') as P;
  const measured = { task: 'sequence-classification', problemType } as const;
  const resolved = trainingArguments(withBestMetric(await givenArguments(options), measured));
  checkFitting(options, resolved);
  checkBaseline(options);
  checkLabeledParts('fitSequenceClassifier', options.data, options);
  await checkRunDirectory(options.out, options);
  await noteOtherLayers(options);
  noteUnused(options, { usesMetric: options.baseline === 'tuned' || options.mixBaseline });
  const labelList = options.labelList ?? labelsOfTextTeacher(options, distilling);
  const parts = cleanParts(options.data, problemType, { labelList, onNote });
  const { labels } = parts;
  const { labelSmoothingFactor: labelSmoothing, focalGamma } = resolved;
  const { model, parameters, tokenizer, origin } = await prepareModel(options.model, {
    ...options,
    task: 'sequence-classification',
    problemType,
    labels,
    texts: [parts.train, options.unlabeled].flatMap((part) => [...(part?.texts ?? []), ...(part?.pairs ?? [])]),
    seed: resolved.seed,
    loss: { labelSmoothing, focalGamma, ...(teaches(distilling) && { distillTemperature: distilling.temperature }) },
  });
  const args = withMaxLength(resolved, { model, tokenizer, onNote });
  const encoding = { tokenizer, targetOf: parts.targetOf, maxLength: args.maxLength };
  const train = datasetOf(parts.train, encoding);
  const validation = parts.validation && datasetOf(parts.validation, encoding);
  const reported = datasetOf(parts.reported, encoding);
  const { maxLength } = args;
  const cut: CutTexts = {
    train: noteTruncated(parts.train, train, { tokenizer, maxLength, onNote }),
    test: countCut(tokenizer, textInputs(parts.reported), { sequences: reported.sequences, maxLength }),
    maxLength,
  };
  problems[problemType].initialize?.(classifierOf(model.config, parameters), train.targets);
  const needed = baselineNeeds(problemType, { ...parts, texts: textInputs(parts.train).map(shownText), ...options });
  const weights = args.classWeights && classWeights(args.classWeights, train.targets, labels);
  const plain = sequenceTask(model.config, { classWeights: weights });
  const asking = { problemType, labels, out: options.out, teacherCache: options.teacherCache, signal: options.signal };
  const lesson = await lessonOf({ parts, train, task: plain }, { ...options, ...asking, distilling, encoding, onNote });
  const isTuned = options.tuneThreshold || options.calibrate;
  const place = isTuned ? await decisionPlace(model.config, options) : undefined;

  const settings = { engine, batchSize: args.perDeviceEvalBatchSize };
  const chosenOnOf = async (finished: FinishedModel, onProgress?: EvaluationListener) => {
    const { logits } = await logitsOf(finished, validation!, { ...settings, onProgress });
    return { logits, targets: validation!.targets };
  };
  const resultsOf = async (
    finished: FinishedModel,
    tuned: Pick<Reported<LabelOf[P]>, 'decision' | 'isFormer' | 'chosenOn'>,
    onProgress?: EvaluationListener,
  ) => {
    const { logits, loss } = await logitsOf(finished, reported, { ...settings, onProgress });
    const measured = { parts, targets: reported.targets, logits, loss, config: finished.model.config, ...tuned };
    const results = sequenceResults(problemType, measured, { ...options, trying: { needed, onNote }, args });
    const learned = await lesson.facts({ finished, results, targets: reported.targets, seed: args.seed });
    return { ...results, metrics: { ...results.metrics, ...learned } as CutResults<P>['metrics'], cut };
  };
  const pause = async () => {
    await eventLoopTurn();
    options.signal?.throwIfAborted();
  };
  const decide = async (finished: FinishedModel, onChoosing?: EvaluationListener): Promise<Decided<CutResults<P>>> => {
    const chosenOn = await chosenOnOf(finished, onChoosing);
    const tuned = await tuneDecision(chosenOn, { ...options, config: finished.model.config, pause });
    const { decision, replaced } = place === 'layer' ? placed(tuned, finished) : { decision: tuned, replaced: {} };
    onNote(decisionNote(decision, { out: options.out, adapterLacksIt: lacksLayer(model, { replaced }) }));
    const shifted = { ...chosenOn, logits: shiftedBy(decision, chosenOn.logits, labels) };
    const results = { decision, isFormer: place === 'before', chosenOn: shifted };
    return { replaced, results: (published, onMeasuring) => resultsOf(published, results, onMeasuring) };
  };
  return {
    args,
    model,
    parameters,
    tokenizer,
    origin,
    settings: {
      ...(parts.train.pairs && { pairs: true }),
      ...(place === 'layer' && tunedModel),
      ...lesson.settings,
      ...(options.studentLayers && { studentLayers: options.studentLayers }),
    },
    task: lesson.task,
    evaluationTask: sequenceTask(model.config),
    data: { train: lesson.train, validation },
    ...(lesson.hash !== undefined && { teacherHash: lesson.hash }),
    besideBytes: needed,
    test: parts.evaluatedOn === 'test' ? reported : undefined,
    ...(isTuned && { decide }),
    async results(finished, onProgress) {
      const chosenOn = validation && options.mixBaseline ? await chosenOnOf(finished, onProgress) : undefined;
      return resultsOf(finished, { chosenOn }, onProgress);
    },
  };
}

/** @throws AttuneError ARGUMENT_INVALID for an option that the kind of problem does not use, or that lacks a validation part */
function checkFitting(
  { problemType = 'single_label_classification', tuneThreshold, calibrate, data }: FitOptions<ProblemType>,
  args: TrainingArguments,
): void {
  const options = { ...args, tuneThreshold, calibrate };
  for (const [name, reason] of Object.entries(problems[problemType].refuses))
    if (options[name as keyof typeof options])
      throw new AttuneError(
        'ARGUMENT_INVALID',
        `${name}: expected another problem type than ${problemType}, ${reason}; remove it`,
      );
  const tuned = tuneThreshold ? 'tuneThreshold' : calibrate ? 'calibrate' : undefined;
  if (tuned && !data.validation)
    throw new AttuneError('ARGUMENT_INVALID', `${tuned}: expected a validation part, got none; add one`);
}

/** A model's logits on a part. */
function logitsOf(
  { model, parameters }: FinishedModel,
  { sequences, targets }: Dataset,
  { engine, ...options }: Pick<ForwardOptions, 'batchSize' | 'onProgress'> & { readonly engine: Engine },
): Promise<{ logits: Float32Array; loss: number }> {
  const program = engine.compile(model.program);
  return forwardAll((batch) => program.run(batch, parameters), sequences, { model, targets, ...options });
}

/** Weight and any bias of the module that makes the logits. */
function classifierOf({ modelType }: ModelConfig, parameters: HostTensors): Classifier {
  const { sequenceClassification, lastTokenClassification } = families[modelType].heads;
  const { classifier } = (sequenceClassification ?? lastTokenClassification)!; // `prepareModel` refuses a family without one
  return { weight: parameters[`${classifier}.weight`], bias: parameters[`${classifier}.bias`] };
}
