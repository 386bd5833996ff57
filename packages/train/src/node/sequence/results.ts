import type { ModelConfig, ProblemType } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import { type Decision, decidedScores } from '../../tasks/sequence/decision';
import { type LabelledTexts, type LabelOf, shownText, textInputs } from '../../tasks/sequence/examples';
import type { BaselineOf, FiguresOf, PredictionsOf, Problem, Truth } from '../../tasks/sequence/problem';
import type { Target } from '../../tasks/sequence/targets';
import type { TuningData } from '../../tasks/sequence/tune-decision';
import type { FitOptions } from '../run/options';
import { type BaselineOptions, chosenBy } from './baseline';
import type { Comparison, Mixing } from './comparison';
import type { CleanParts } from './parts';

/** What the summary of a run of sequence classification leads with. */
export type SequenceFigures<P extends ProblemType> = FiguresOf[P] &
  Partial<Comparison> & {
    readonly loss: number;
    /** The yardstick's figures, on the same part. */
    readonly baseline?: FiguresOf[P];
    /** The yardstick's settings, where they were tuned. */
    readonly baselineOptions?: BaselineOptions;
    /** How scores become labels, where that was tuned. */
    readonly decision?: Decision;
    readonly trainExamples: number;
    readonly testExamples: number;
    /** The part the figures are of. */
    readonly evaluatedOn: 'test' | 'validation';
  };

/** What a run of sequence classification ends with. */
export interface SequenceResults<P extends ProblemType> {
  readonly figures: SequenceFigures<P> & Readonly<Record<string, unknown>>;
  readonly labels: readonly string[];
  readonly test: PredictionsOf[P];
  readonly baseline?: PredictionsOf[P];
}

/** What the trained model made of the part that results are reported on. */
interface Reported<Label> {
  readonly parts: CleanParts<Label>;
  readonly targets: readonly Target[];
  readonly logits: Float32Array;
  readonly loss: number;
  readonly config: ModelConfig;
  readonly decision?: Decision;
  /** What it made of the validation part, where something is chosen on that after training. */
  readonly chosenOn?: TuningData;
}

type ResultSettings = Pick<FitOptions, 'baseline' | 'mixBaseline'> & {
  readonly args: TrainingArguments;
  readonly onNote: (note: string) => void;
};

/** The figures of a run, the yardstick's beside them. */
export function sequenceResults<P extends ProblemType>(
  problem: Problem<P>,
  made: Reported<LabelOf[P]>,
  settings: ResultSettings,
): SequenceResults<P> {
  const { parts, targets, logits, loss, config, decision } = made;
  const { evaluatedOn, labels, train } = parts;
  const truth = truthOf(parts.reported, targets);
  const test = problem.predictionsOf(truth, logits, { config, decision });
  const baseline = baselineOn(problem, { parts, truth }, settings);
  const scored = { predictions: test, scores: decidedScores(logits, config, decision) };
  const comparing = { labels, truth, seed: settings.args.seed, mixing: mixingOf(made, settings) };
  const figures = {
    ...problem.figuresOf(test),
    loss,
    ...(baseline && { baseline: problem.figuresOf(baseline.predictions) }),
    ...(baseline?.options && { baselineOptions: baseline.options }),
    ...(baseline && problem.compare?.(scored, baseline, comparing)),
    ...(decision && { decision }),
    trainExamples: train.texts.length,
    testExamples: truth.texts.length,
    evaluatedOn,
  };
  const beside = baseline && { baseline: baseline.predictions };
  return { figures: figures as SequenceResults<P>['figures'], labels, test, ...beside };
}

function truthOf(part: Pick<LabelledTexts, 'texts' | 'pairs'>, targets: readonly Target[]): Truth {
  return { texts: textInputs(part).map(shownText), targets };
}

/** The yardstick, if it is wanted. */
function baselineOn<P extends ProblemType>(
  problem: Problem<P>,
  { parts: { train, validation, labels }, truth }: { parts: CleanParts<LabelOf[P]>; truth: Truth },
  { baseline, args, onNote }: ResultSettings,
): BaselineOf<P> | undefined {
  if (baseline === 'none') return undefined;
  const words = (part: LabelledTexts<LabelOf[P]>) => ({ texts: textInputs(part).map(shownText), labels: part.labels });
  const tuning =
    baseline === 'tuned' && validation
      ? { validation: words(validation) as LabelledTexts, metric: chosenBy(args.metricForBestModel) } // one label a text
      : undefined;
  return problem.baseline(words(train), truth, { labels, onNote, tuning });
}

/** What a mix of both is chosen on, if it is wanted. */
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
