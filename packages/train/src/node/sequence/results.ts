import type { ModelConfig, ProblemType } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import type { Decision } from '../../tasks/sequence/decision';
import { type LabeledTexts, shownText, textInputs } from '../../tasks/sequence/examples';
import type { Target, Truth, TuningData } from '../../tasks/sequence/problem';
import {
  decidedScores,
  type LabelOf,
  type MetricsOf,
  type PredictionsOf,
  problems,
} from '../../tasks/sequence/problems';
import {
  type BaselineMode,
  type BaselineOf,
  type BaselineOptions,
  type BaselineTry,
  baselineOf,
  orNoBaseline,
} from './baseline';
import { type Comparison, chosenBy, type Mixing } from './comparison';
import type { CleanParts } from './parts';

/** The metrics of a run of sequence classification. */
export type SequenceMetrics<P extends ProblemType> = MetricsOf[P] &
  Partial<Comparison> & {
    readonly loss: number;
    /** The baseline's metrics, on the same part. */
    readonly baseline?: MetricsOf[P];
    /** The baseline's settings, where they were tuned. */
    readonly baselineOptions?: BaselineOptions;
    /** How scores become labels, where that was tuned. */
    readonly decision?: Decision;
    readonly trainExamples: number;
    readonly testExamples: number;
    /** The part that metrics are of. */
    readonly evaluatedOn: 'test' | 'validation';
  };

/** The results of a run of sequence classification. */
export interface SequenceResults<P extends ProblemType> {
  readonly metrics: SequenceMetrics<P> & Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}

/** The trained model's logits on the reported part. */
export interface Reported<Label> {
  readonly parts: CleanParts<Label>;
  readonly targets: readonly Target[];
  readonly logits: Float32Array;
  readonly loss: number;
  readonly config: ModelConfig;
  readonly decision?: Decision;
  /** Its logits on the validation part, where something is chosen on that after training. */
  readonly chosenOn?: TuningData;
}

interface ResultSettings {
  readonly baseline?: BaselineMode;
  readonly mixBaseline?: boolean;
  readonly args: TrainingArguments;
  readonly trying: BaselineTry;
}

/** The metrics of a run, the baseline's beside them. */
export function sequenceResults<P extends ProblemType>(
  problemType: P,
  reported: Reported<LabelOf[P]>,
  settings: ResultSettings,
): SequenceResults<P> {
  const { parts, targets, logits, loss, config, decision } = reported;
  const { evaluatedOn, labels, train } = parts;
  const problem = problems[problemType];
  const truth = truthOf(parts.reported, targets);
  const test = problem.predictionsOf(truth, logits, { labels: config.labels, decision });
  const scored = { predictions: test, scores: decidedScores(logits, config, decision) };
  const comparing = { labels, truth, seed: settings.args.seed, mixing: mixingOf(reported, settings) };
  const beside = orNoBaseline(() => {
    const baseline = trainedBaseline(problemType, { parts, truth }, settings);
    return baseline && { ...baseline, comparison: baseline.compare?.(scored, comparing) };
  }, settings.trying);
  const metrics = {
    ...problem.metricsOf(test),
    loss,
    ...(beside && { baseline: problem.metricsOf(beside.predictions) }),
    ...(beside?.options && { baselineOptions: beside.options }),
    ...beside?.comparison,
    ...(decision && { decision }),
    trainExamples: train.texts.length,
    testExamples: truth.texts.length,
    evaluatedOn,
  };
  const predictions = beside && { baseline: beside.predictions };
  return { metrics: metrics as SequenceResults<P>['metrics'], labels, test, ...predictions };
}

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

/** The validation part by which a mix is chosen, with `mixBaseline`. */
function mixingOf<Label>(
  { parts: { validation }, chosenOn, config, decision }: Reported<Label>,
  { mixBaseline, args }: ResultSettings,
): Mixing | undefined {
  if (!mixBaseline || !validation || !chosenOn) return undefined;
  return {
    validation: truthOf(validation, chosenOn.targets),
    scores: decidedScores(chosenOn.logits, config, decision),
    metric: chosenBy(args.metricForBestModel),
  };
}
