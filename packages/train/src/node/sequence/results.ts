import type { ModelConfig, ProblemType } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import { type Decision, unshifted } from '../../tasks/sequence/decision';
import { type LabeledTexts, shownText, textInputs } from '../../tasks/sequence/examples';
import type { Deciding, Target, Truth, TuningData } from '../../tasks/sequence/problem';
import {
  decidedScores,
  type LabelOf,
  type MetricsOf,
  type PredictionsOf,
  problems,
} from '../../tasks/sequence/problems';
import type { DistillationFacts, SideBySide } from '../distill/side-by-side';
import { sameAnswer } from '../run/hints';
import {
  type BaselineMode,
  type BaselineOf,
  type BaselineOptions,
  type BaselineTry,
  baselineOf,
  orNoBaseline,
} from './baseline';
import { type Comparison, chosenBy, type Difference, type Mixing } from './comparison';
import { decisionRecord } from './decided';
import type { CleanParts } from './parts';

/** The metrics of a run of sequence classification. */
export type SequenceMetrics<P extends ProblemType> = MetricsOf[P] &
  Partial<Comparison> & {
    /** Mean loss over the reported part. */
    readonly loss: number;
    /** The baseline's metrics, on the same part. */
    readonly baseline?: MetricsOf[P];
    /** The baseline's settings, where they were tuned. */
    readonly baselineOptions?: BaselineOptions;
    /** The tuned decision, if any: applied by the model itself, or to be applied to its logits. */
    readonly decision?: Decision;
    /** The metrics without the decision that the model applies. */
    readonly untuned?: MetricsOf[P];
    /** The metrics with the decision that is a record with the model. */
    readonly tuned?: MetricsOf[P];
    /** Number of training texts, without the empty ones. */
    readonly trainExamples: number;
    /** Number of measured texts. */
    readonly testExamples: number;
    /** The measured part. */
    readonly evaluatedOn: 'test' | 'validation';
    /** The distillation of the run; absent without a teacher. */
    readonly distillation?: DistillationFacts;
    /** The comparison of the student, its teachers and other models; absent without any of these. */
    readonly sideBySide?: readonly SideBySide[];
    /** The student's metrics minus the baseline's, with 95 % intervals; absent without `sideBySide` or a baseline. */
    readonly baselineDifference?: Readonly<Record<string, Difference>>;
  };

/** The results of a run of sequence classification. */
export interface SequenceResults<P extends ProblemType> {
  readonly metrics: SequenceMetrics<P> & Readonly<Record<string, unknown>>;
  readonly decision?: ReturnType<typeof decisionRecord>;
  /** The one answer for all texts. */
  readonly sameAnswer?: string;
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly untuned?: PredictionsOf[P];
  readonly tuned?: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}

/** The published model's logits on the reported part. */
export interface Reported<Label> {
  readonly parts: CleanParts<Label>;
  readonly targets: readonly Target[];
  readonly logits: Float32Array;
  readonly loss: number;
  readonly config: ModelConfig;
  readonly decision?: Decision;
  /** Whether the metrics include a decision that the model does not apply, as in earlier versions. */
  readonly isFormer?: boolean;
  /** Its logits on the validation part, for choosing a mix. */
  readonly chosenOn?: TuningData;
}

interface ResultSettings {
  readonly baseline?: BaselineMode;
  readonly mixBaseline?: boolean;
  readonly args: TrainingArguments;
  readonly trying: BaselineTry;
}

/** The metrics of the published model, of the baseline, and of the other decision. */
export function sequenceResults<P extends ProblemType>(
  problemType: P,
  reported: Reported<LabelOf[P]>,
  settings: ResultSettings,
): SequenceResults<P> {
  const { parts, targets, logits, loss, config, decision, isFormer } = reported;
  const { evaluatedOn, labels, train } = parts;
  const problem = problems[problemType];
  const truth = truthOf(parts.reported, targets);
  const test = problem.predictionsOf(truth, logits, { labels: config.labels, ...(isFormer && { decision }) });
  const other = decision && otherPredictions(problemType, truth, { logits, labels: config.labels, decision, isFormer });
  const own = problem.metricsOf(test);
  const otherMetrics = other && mapped(other, problem.metricsOf);
  const scored = { predictions: test, scores: decidedScores(logits, config, isFormer ? decision : undefined) };
  const comparing = { labels, truth, seed: settings.args.seed, mixing: mixingOf(reported, settings) };
  const beside = orNoBaseline(() => {
    const baseline = trainedBaseline(problemType, { parts, truth }, settings);
    return baseline && { ...baseline, comparison: baseline.compare?.(scored, comparing) };
  }, settings.trying);
  const metrics = {
    ...own,
    loss,
    ...(beside && { baseline: problem.metricsOf(beside.predictions) }),
    ...(beside?.options && { baselineOptions: beside.options }),
    ...beside?.comparison,
    ...(decision && { decision }),
    ...otherMetrics,
    trainExamples: train.texts.length,
    testExamples: truth.texts.length,
    evaluatedOn,
  };
  return {
    metrics: metrics as SequenceResults<P>['metrics'],
    ...(decision && { decision: decisionRecord(decision, figuresOf(own, { ...otherMetrics, isFormer })) }),
    sameAnswer: sameAnswer({
      ...problem.answers(test, { labels: config.labels }),
      of: `${evaluatedOn} texts`,
    }),
    ...{ labels, test, ...other },
    ...(beside && { baseline: beside.predictions }),
  };
}

type Other<T> = { readonly untuned: T } | { readonly tuned: T };

/** The predictions without the decision that the model applies, or with the one that it does not. */
function otherPredictions<P extends ProblemType>(
  problemType: P,
  truth: Truth,
  { logits, labels, decision, isFormer }: Pick<Reported<unknown>, 'logits' | 'isFormer'> & Required<Deciding>,
): Other<PredictionsOf[P]> {
  const { predictionsOf } = problems[problemType];
  if (!decision.applied && !isFormer) return { tuned: predictionsOf(truth, logits, { labels, decision }) };
  return { untuned: predictionsOf(truth, unshifted(logits, { labels, decision }), { labels }) };
}

/** The metrics of the published model, and those of the other decision. */
function figuresOf<T>(own: T, { untuned, tuned, isFormer }: { untuned?: T; tuned?: T; isFormer?: boolean }) {
  if (isFormer && untuned) return { published: untuned, tuned: own };
  return { published: own, ...(untuned && { untuned }), ...(tuned && { tuned }) };
}

const mapped = <A, B>(other: Other<A>, to: (value: A) => B): Other<B> =>
  'tuned' in other ? { tuned: to(other.tuned) } : { untuned: to(other.untuned) };

function truthOf(part: Pick<LabeledTexts, 'texts' | 'pairs'>, targets: readonly Target[]): Truth {
  return { texts: textInputs(part).map(shownText), targets };
}

function trainedBaseline<P extends ProblemType>(
  problemType: P,
  { parts: { train, validation, labels }, truth }: { parts: CleanParts<LabelOf[P]>; truth: Truth },
  { baseline, args }: ResultSettings,
): BaselineOf<P> | undefined {
  if (baseline === 'none') return undefined;
  const words = (part: LabeledTexts<LabelOf[P]>) => ({ texts: textInputs(part).map(shownText), labels: part.labels });
  const tuning =
    baseline === 'tuned' && validation
      ? { validation: words(validation) as LabeledTexts, metric: chosenBy(args.metricForBestModel) } // one label per text
      : undefined;
  return baselineOf(problemType, { train: words(train), truth, labels, tuning });
}

/** The validation part for choosing a mix, with `mixBaseline`. */
function mixingOf<Label>(
  { parts: { validation }, chosenOn, config, decision, isFormer }: Reported<Label>,
  { mixBaseline, args }: ResultSettings,
): Mixing | undefined {
  if (!mixBaseline || !validation || !chosenOn) return undefined;
  return {
    validation: truthOf(validation, chosenOn.targets),
    scores: decidedScores(chosenOn.logits, config, isFormer ? decision : undefined),
    metric: chosenBy(args.metricForBestModel),
  };
}
