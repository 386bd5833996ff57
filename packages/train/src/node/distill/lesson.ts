import type { Engine } from '@attune/engine';
import { AttuneError, checkItems, type StopSignal, texts as textItems } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import type { TrainingTask } from '../../loop/task';
import { taughtTask } from '../../tasks/distillation';
import { type Dataset, type LabeledTexts, shownText, type TextInput, textInputs } from '../../tasks/sequence/examples';
import type { Target } from '../../tasks/sequence/problem';
import { type LabelOf, problems } from '../../tasks/sequence/problems';
import type { Predictions } from '../../tasks/sequence/single-label';
import type { FinishedModel } from '../model/finished-model';
import { taughtHash } from '../run/checkpoints';
import { differences } from '../sequence/comparison';
import type { FitOptions, UnlabeledTexts } from '../sequence/options';
import { type CleanParts, encodedTexts } from '../sequence/parts';
import { textLogits } from '../sequence/predictor';
import type { SequenceResults } from '../sequence/results';
import type { Distilling, DistillOptions } from './options';
import { askedTexts, asLogits, openTextTeacher, saidOf, type TextTeacher, taughtTexts } from './sequence';
import { askedBeside, askedTeachers, distillationFacts, type SideBySide, sizeAndRates } from './side-by-side';
import { cacheBeside, labelsOfTeacher } from './teacher';

// What a student of texts learns from its teachers, and how it is measured beside them.

/** Teachers that are open, and how they are learned from. */
export type TextDistilling = Omit<Distilling, 'teachers'> & { readonly teachers: readonly TextTeacher[] };

/** Whether teachers have a share in the loss. */
export const teaches = (distilling: TextDistilling | undefined): distilling is TextDistilling =>
  distilling !== undefined && distilling.alpha > 0;

/** @throws AttuneError ARGUMENT_INVALID for what are not texts, and for pairs beside single texts */
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
      `${where}: unlabeled expected ${trained ? 'pairs' : 'single texts'}, as the training part has, got ${trained ? 'single texts' : 'pairs'}; ${trained ? 'give a second text of each' : 'leave pairs out'}`,
    );
}

/** The teacher's labels, where it has all of those of the training part and more. */
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
  extends Pick<DistillOptions, 'teacherCache' | 'beside'>,
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
  readonly results: Pick<SequenceResults<P>, 'metrics' | 'test'>;
  readonly targets: readonly Target[];
  readonly seed: number;
}

/** Asks the teachers about the training texts and the reported ones, and measures them and the models beside. */
export async function lessonOf<P extends ProblemType>({ parts, train, task }: Learning<P>, options: LessonOptions<P>) {
  const { distilling, problemType, labels, out, beside = [], onNote, signal, engine } = options;
  const cache = options.teacherCache ?? cacheBeside(out);
  const asking = { problemType, labels, cache, onNote, signal };
  const reported = textInputs(parts.reported);
  const unlabeled = options.unlabeled ? withoutEmpty(textInputs(options.unlabeled)) : [];
  const taught =
    distilling &&
    (await taughtTexts(
      distilling.teachers,
      { labeled: textInputs(parts.train), unlabeled },
      { ...asking, ...distilling },
    ));
  const whole = taught ? withUnlabeled(train, unlabeled, options) : train;
  const openBeside = (source: string, more = onNote) =>
    openTextTeacher(source, { problemType, engine, onNote: more, role: 'beside' });
  const logitsOf = async (models: readonly TextTeacher[]) =>
    asLogits(await saidOf(models, reported, { ...asking, temperature: 1 }), problemType);
  const others = [
    ...(await askedTeachers(distilling?.teachers ?? [], logitsOf)),
    ...(await askedBeside(beside, openBeside, logitsOf)),
  ];
  const facts = distilling && distillationFacts(distilling, unlabeled.length);
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
        open: (source) => openBeside(source, () => {}), // what there is to say of it was said
      });
      const { metricsOf, predictionsOf } = problems[problemType];
      const truth = { texts: reported.map(shownText), targets };
      const rows = others.map(({ said, ...other }, i): SideBySide => {
        const predictions = predictionsOf(truth, said, { labels });
        const isOneLabel = problemType === 'single_label_classification';
        const pair = [results.test, predictions] as unknown as [Predictions, Predictions];
        const difference = isOneLabel ? { difference: { ...differences(...pair, seed) } } : {};
        return { ...other, textsPerSecond: rates[i], metrics: { ...metricsOf(predictions) }, ...difference };
      });
      const own: SideBySide = { role: 'student', source: out, metrics: { ...metricsOf(results.test) }, ...student };
      return { ...(facts && { distillation: facts }), sideBySide: [own, ...rows] };
    },
  };
}

const withoutEmpty = (inputs: readonly TextInput[]) =>
  inputs.filter((input) => shownText(input).replace(/[‖\s]/g, '') !== '');

/** Training examples with those behind them that have no label; their targets are no answer of any model. */
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
