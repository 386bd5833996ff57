import type { ModelConfig, ProblemType } from '@attune/models';
import type { TrainingArguments } from '../../arguments';
import type { LabeledTexts, LabelOf } from '../../labelled-texts';
import type { Target } from '../../tasks/sequence';
import { shownText, textInputs } from '../../text-input';
import { type Decision, decidedScores } from '../decision/decision';
import type { TuningData } from '../decision/tune-decision';
import type { FitOptions } from '../fit-options';
import type { Mixing } from './baseline/compare';
import { chosenBy } from './baseline/settings';
import type { BaselineOf, Problem, Truth } from './problems/problem';
import type { SequenceResults } from './results';
import type { CleanParts } from './sequence-parts';

/** What the trained model made of the part that results are reported on. */
export interface Reported<Label> {
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

function truthOf(part: Pick<LabeledTexts, 'texts' | 'pairs'>, targets: readonly Target[]): Truth {
  return { texts: textInputs(part).map(shownText), targets };
}

/** The yardstick, if it is wanted. */
function baselineOn<P extends ProblemType>(
  problem: Problem<P>,
  { parts: { train, validation, labels }, truth }: { parts: CleanParts<LabelOf[P]>; truth: Truth },
  { baseline, args, onNote }: ResultSettings,
): BaselineOf<P> | undefined {
  if (baseline === 'none') return undefined;
  const words = (part: LabeledTexts<LabelOf[P]>) => ({ texts: textInputs(part).map(shownText), labels: part.labels });
  const tuning =
    baseline === 'tuned' && validation
      ? { validation: words(validation) as LabeledTexts, metric: chosenBy(args.metricForBestModel) } // one label a text
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
