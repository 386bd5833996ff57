import type { Engine } from '@attune/engine';
import { AttuneError, agreed, checkItems, type StopSignal, texts as textItems } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import type { TrainingTask } from '../../loop/task';
import { taughtTask } from '../../tasks/distillation';
import type { Decision } from '../../tasks/sequence/decision';
import {
  countCut,
  type Dataset,
  inputKey,
  type LabeledTexts,
  shownText,
  type TextInput,
  textInputs,
} from '../../tasks/sequence/examples';
import type { Target } from '../../tasks/sequence/problem';
import { type LabelOf, type PredictionsOf, problems } from '../../tasks/sequence/problems';
import type { FinishedModel } from '../model/finished-model';
import { taughtHash } from '../run/run-hashes';
import type { FitOptions, UnlabeledTexts } from '../sequence/options';
import { type CleanParts, encodedTexts } from '../sequence/parts';
import { textLogits } from '../sequence/predictor';
import type { SequenceResults } from '../sequence/results';
import { differencesOf } from './differences';
import type { Distilling, DistillOptions } from './options';
import { askedTexts, asLogits, openTextTeacher, saidOf, type TextTeacher, taughtTexts } from './sequence';
import { askedBeside, askedTeachers, distillationFacts, leaksIn, type SideBySide, sizeAndRates } from './side-by-side';
import { cacheBeside, labelsOfTeacher } from './teacher';

// The targets that a student of texts learns from its teachers, and the comparison with them.

/** Open teachers, and the settings of distillation. */
export type TextDistilling = Omit<Distilling, 'teachers'> & { readonly teachers: readonly TextTeacher[] };

/** Whether teachers have a weight in the loss. */
export const teaches = (distilling: TextDistilling | undefined): distilling is TextDistilling =>
  distilling !== undefined && distilling.alpha > 0;

/** @throws AttuneError ARGUMENT_INVALID for anything but texts, and for pairs where the training part has single texts */
export function checkUnlabeled({ texts, pairs }: UnlabeledTexts, data: { readonly train?: unknown }): void {
  const where = 'fitSequenceClassifier';
  checkItems(where, { 'unlabeled.texts': texts, ...(pairs && { 'unlabeled.pairs': pairs }) }, textItems);
  const trained = (data.train as Partial<LabeledTexts> | undefined)?.pairs;
  if (pairs && pairs.length !== texts.length)
    throw new RangeError(
      `${where}: unlabeled expected a second text for each, got ${texts.length} texts and ${pairs.length}`,
    );
  if ((trained === undefined) !== (pairs === undefined))
    throw new AttuneError(
      'ARGUMENT_INVALID',
      `${where}: unlabeled expected ${trained ? 'pairs' : 'single texts'}, as the training part has, got ${trained ? 'single texts' : 'pairs'}; ${trained ? 'give the second texts' : 'remove pairs'}`,
    );
}

/** The teacher's labels, where they include all labels of the training part and more. */
export function labelsOfTextTeacher<P extends ProblemType>(
  { data, problemType, onNote = () => {} }: Pick<FitOptions<P>, 'data' | 'problemType' | 'onNote'>,
  distilling: TextDistilling | undefined,
): readonly string[] | undefined {
  if (distilling === undefined || problemType === 'regression') return undefined;
  const { names } = problems[problemType ?? 'single_label_classification'].column;
  const own = new Set(data.train.labels.flatMap((label) => names(label as never)));
  return labelsOfTeacher(distilling.teachers[0], own, onNote);
}

interface LessonOptions<P extends ProblemType>
  extends Pick<DistillOptions, 'teacherCache' | 'beside' | 'leakyTeachers'>,
    Pick<FitOptions<P>, 'unlabeled'> {
  readonly distilling: TextDistilling | undefined;
  readonly problemType: P;
  readonly labels: readonly string[];
  readonly engine: Engine;
  readonly out: string;
  readonly encoding: Parameters<typeof encodedTexts>[1];
  readonly onNote: (note: string) => void;
  readonly signal?: StopSignal;
}

interface Learning<P extends ProblemType> {
  readonly parts: CleanParts<LabelOf[P]>;
  readonly train: Dataset;
  readonly task: TrainingTask<Dataset>;
}

interface Measured<P extends ProblemType> {
  readonly finished: FinishedModel;
  readonly results: Pick<SequenceResults<P>, 'metrics' | 'test' | 'tuned' | 'baseline'>;
  readonly targets: readonly Target[];
  readonly seed: number;
}

/** Computes the teachers' outputs on the training texts and the reported ones, and measures the compared models. */
export async function lessonOf<P extends ProblemType>({ parts, train, task }: Learning<P>, options: LessonOptions<P>) {
  const { distilling, problemType, labels, out, beside = [], onNote, signal, engine } = options;
  const cache = options.teacherCache ?? cacheBeside(out);
  const asking = { problemType, labels, cache, onNote, signal };
  const reported = textInputs(parts.reported);
  const unlabeled = options.unlabeled ? withoutEmpty(textInputs(options.unlabeled)) : [];
  noteCut(unlabeled, options);
  const taught =
    distilling &&
    (await taughtTexts(
      distilling.teachers,
      { labeled: textInputs(parts.train), unlabeled },
      { ...asking, ...distilling },
    ));
  const whole = taught ? withUnlabeled(train, unlabeled, options) : train;
  const pairs = parts.train.pairs !== undefined;
  const decisions = new Map<string, Decision>(distilling?.teachers.map(({ source, decision }) => [source, decision]));
  const openBeside = async (source: string, more = onNote) => {
    const model = await openTextTeacher(source, { problemType, pairs, engine, onNote: more, role: 'beside' });
    decisions.set(source, model.decision);
    return model;
  };
  const logitsOf = async (models: readonly TextTeacher[]) =>
    asLogits(await saidOf(models, reported, { ...asking, temperature: 1 }), problemType);
  const others = [
    ...(await askedTeachers(distilling?.teachers ?? [], logitsOf)),
    ...(await askedBeside(beside, openBeside, logitsOf)),
  ];
  const [measured, withoutLabels] = [reported, unlabeled].map((inputs) => inputs.map(inputKey));
  const leaks = leaksIn({ measured, unlabeled: withoutLabels, leakyTeachers: options.leakyTeachers, onNote });
  const facts = distilling && distillationFacts(distilling, { unlabeledExamples: unlabeled.length, leaks });
  return {
    train: whole,
    task: taught ? taughtTask(task, whole, taught) : task,
    hash: taught && taughtHash(taught, distilling.temperature),
    settings: facts ? { distillation: facts } : {},
    async facts({ finished, results, targets, seed }: Measured<P>) {
      if (others.length === 0) return {};
      const { student, rates } = await sizeAndRates(finished, {
        ...{ engine, reading: textLogits, items: reported, others, ask: askedTexts },
        encode: (items) => encodedTexts(items, options.encoding),
        open: (source) => openBeside(source, () => {}), // its notes are out already
      });
      const { metricsOf, predictionsOf } = problems[problemType];
      const truth = { texts: reported.map(shownText), targets };
      const { test, tuned, baseline } = results;
      const minus = (own: PredictionsOf[P], other: PredictionsOf[P]) => differencesOf(problemType, [own, other], seed);
      const rows = others.map(({ said, ...other }, i): SideBySide => {
        const predictions = predictionsOf(truth, said, { labels });
        const decision = other.role === 'teachers' ? undefined : tunedIn(decisions.get(other.source));
        const otherTuned = decision && predictionsOf(truth, said, { labels, decision });
        return {
          ...{ ...other, textsPerSecond: rates[i], metrics: { ...metricsOf(predictions) } },
          difference: minus(test, predictions),
          ...(otherTuned && { tuned: { ...metricsOf(otherTuned) } }),
          ...((tuned || otherTuned) && { tunedDifference: minus(tuned ?? test, otherTuned ?? predictions) }),
        };
      });
      const own: SideBySide = {
        ...{ role: 'student', source: out, metrics: { ...metricsOf(test) }, ...student },
        ...(tuned && { tuned: { ...metricsOf(tuned) } }),
      };
      return {
        ...(facts && { distillation: facts }),
        sideBySide: [own, ...rows],
        ...(baseline && { baselineDifference: minus(test, baseline) }),
      };
    },
  };
}

/** A decision that is not in the model's weights; undefined for none. */
const tunedIn = ({ applied, ...decision }: Decision = {}) =>
  applied || Object.keys(decision).length === 0 ? undefined : decision;

function noteCut(
  unlabeled: readonly TextInput[],
  { encoding, onNote }: Pick<LessonOptions<ProblemType>, 'encoding' | 'onNote'>,
): void {
  const { tokenizer, maxLength } = encoding;
  const cut = countCut(tokenizer, unlabeled, { sequences: encodedTexts(unlabeled, encoding), maxLength });
  if (cut > 0)
    onNote(
      `${cut} of ${unlabeled.length} texts without labels ${agreed(cut, 'reaches', 'reach')} ${maxLength} tokens and ${agreed(cut, 'is', 'are')} cut there`,
    );
}

const withoutEmpty = (inputs: readonly TextInput[]) =>
  inputs.filter((input) => shownText(input).replace(/[‖\s]/g, '') !== '');

/** Training examples, followed by those without a label, whose targets match no prediction. */
function withUnlabeled<P extends ProblemType>(
  train: Dataset,
  unlabeled: readonly TextInput[],
  { problemType, labels, encoding }: Pick<LessonOptions<P>, 'problemType' | 'labels' | 'encoding'>,
): Dataset {
  const none: Readonly<Record<ProblemType, Target>> = {
    single_label_classification: -1,
    multi_label_classification: labels.map(() => -1),
    regression: 0,
  };
  return {
    sequences: [...train.sequences, ...encodedTexts(unlabeled, encoding)],
    targets: [...train.targets, ...unlabeled.map(() => none[problemType])],
  };
}
