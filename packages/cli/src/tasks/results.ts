// Formats the results of a training and of an evaluation as text.
import { counted } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import { type Evaluation, formatDuration, type Problem } from '@attune/train';
import type { Differences, RunSummary, SideBySide, TrainingFacts } from '@attune/train/node';
import { table } from '../program/terminal';

/** The printed results of a training, by problem type. */
interface Printed {
  /** Titles of the metrics, in order. */
  readonly metrics: Readonly<Record<string, string>>;
  /** The baseline's name. */
  baseline(summary: RunSummary<ProblemType>): string;
}

const printed: Readonly<Record<ProblemType, Printed>> = {
  single_label_classification: {
    metrics: { accuracy: 'accuracy', macroF1: 'macro-F1' },
    baseline({ baselineOptions: tuned }) {
      const settings = tuned ? ` (${[...new Set(tuned.ngramRange)].join('-')}-grams, C = ${tuned.C})` : '';
      return `TF-IDF + logistic regression${settings}`;
    },
  },
  multi_label_classification: {
    metrics: { accuracy: 'accuracy', microF1: 'micro-F1', macroF1: 'macro-F1' },
    baseline: () => 'TF-IDF + logistic regression per label',
  },
  regression: { metrics: { mae: 'MAE', rmse: 'RMSE', r2: 'R²' }, baseline: () => 'mean of the training texts' },
};

/**
 * The results of a training as text: the model's metrics above the baseline's, then the data, the time and the engine.
 *
 * @param problemType default `single_label_classification`
 * @example
 * const { summary, problemType } = await trainAndReport({ … });
 * console.log(resultLines(summary, problemType));
 */
export function resultLines(
  summary: RunSummary<ProblemType>,
  problemType: ProblemType = 'single_label_classification',
): string {
  const { metrics: titles, baseline: baselineName } = printed[problemType];
  const { baseline, difference, baselineDifference, mix } = summary;
  const names = Object.keys(titles);
  const row = (name: string, metrics: object) => [
    name,
    ...names.map((metric) => fixed((metrics as Record<string, unknown>)[metric])),
  ];
  const metrics = table([
    ['', ...Object.values(titles), 'loss'],
    [...row('model', summary), fixed(summary.loss)],
    ...(baseline ? [row(baselineName(summary), baseline)] : []),
    ...(mix ? [row(`mix, ${Math.round(100 * mix.modelWeight)} % model`, mix)] : []),
    ...(summary.untuned ? [row('model, untuned', summary.untuned)] : []),
    ...(summary.tuned ? [row(tunedName(summary), summary.tuned)] : []),
  ]);
  const differences = [
    ...(difference ? [differenceLine('model', difference)] : []),
    ...(baselineDifference && !difference ? [differenceLine('model', baselineDifference, { titles })] : []),
    ...(mix ? [differenceLine('mix', mix.difference)] : []),
  ];
  const beside = summary.sideBySide ? [`\n${sideBySideLines(summary.sideBySide, titles)}\n`] : [];
  return [metrics, ...differences, ...beside, circumstances(summary, 'text')].join('\n');
}

const roles: Readonly<Record<SideBySide['role'], string>> = {
  student: 'student',
  teacher: 'teacher',
  teachers: 'teachers combined',
  beside: 'other model',
};

/** The end of the name of a model whose thresholds were tuned. */
const tuned = 'at tuned thresholds';

/**
 * A student, its teachers and other models: metrics, size and speed, and the difference between the student and each of them.
 *
 * @param titles of the metrics that are shown, in order
 */
export function sideBySideLines(rows: readonly SideBySide[], titles: Readonly<Record<string, string>>): string {
  const shown = ({ role, source }: SideBySide) => (role === 'teachers' ? roles[role] : `${roles[role]} ${source}`);
  const lines = table([
    ['', ...Object.values(titles), 'parameters', 'texts/s'],
    ...rows.map((row) => [
      shown(row),
      ...Object.keys(titles).map((metric) => fixed(row.metrics[metric])),
      row.parameters.toLocaleString('en'),
      row.textsPerSecond === undefined ? '' : Math.round(row.textsPerSecond).toLocaleString('en'),
    ]),
    ...rows.flatMap((row) =>
      row.tuned
        ? [[`${shown(row)}, ${tuned}`, ...Object.keys(titles).map((metric) => fixed(row.tuned![metric])), '', '']]
        : [],
    ),
  ]);
  const differences = rows.flatMap((row) => [
    ...(row.difference ? [differenceLine('student', row.difference, { titles, other: shown(row) })] : []),
    ...(row.tunedDifference
      ? [differenceLine(`student, ${tuned},`, row.tunedDifference, { titles, other: shown(row) })]
      : []),
  ]);
  return [lines, ...differences].join('\n');
}

const tunedName = ({ decision }: RunSummary<ProblemType>) =>
  decision?.threshold === undefined ? 'model, tuned' : 'model, at the tuned thresholds';

const usual = { accuracy: 'accuracy', macroF1: 'macro-F1' };

/** `model − baseline: accuracy +0.016 [0.004, 0.029], macro-F1 …`, the intervals at 95 %. */
function differenceLine(
  name: string,
  differences: Readonly<Record<string, Differences['accuracy']>> | Differences,
  { titles = usual, other = 'baseline' }: { titles?: Readonly<Record<string, string>>; other?: string } = {},
): string {
  const of = ({ estimate, low, high }: Differences['accuracy']) =>
    `${estimate < 0 ? '' : '+'}${fixed(estimate, 3)} [${fixed(low, 3)}, ${fixed(high, 3)}]`;
  const shown = Object.entries(differences).map(
    ([metric, difference]) => `${titles[metric] ?? metric} ${of(difference)}`,
  );
  return `${name} − ${other}: ${shown.join(', ')} (95 %, paired bootstrap)`;
}

interface Trained extends TrainingFacts {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly evaluatedOn: 'test' | 'validation';
}

/** `on 12 test sentences; trained on 96 for 6 epochs (best: 5) in 3.2 s, 9,120 tokens/s, onnx`. */
export function circumstances(summary: Trained, noun: string): string {
  const { evaluatedOn, testExamples, trainExamples, epochsDone, bestEpoch, seconds, tokensPerSecond, engine } = summary;
  const on = `on ${counted(testExamples, `${evaluatedOn} ${noun}`)}`;
  const best = epochsDone > 1 ? ` (best: ${Number(bestEpoch.toFixed(2))})` : '';
  const trained = `trained on ${trainExamples.toLocaleString('en')} for ${passes(epochsDone)}${best}`;
  const speed = `${formatDuration(seconds)}, ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s, ${engine}`;
  return `${on}; ${trained} in ${speed}`;
}

/** `3 epochs`; fractions to three digits. */
const passes = (epochs: number) => `${Number(epochs.toPrecision(3)).toString()} epoch${epochs === 1 ? '' : 's'}`;

/** A number with its digits; NaN, such as R² of one text, is null in a run's `summary.json`. */
const fixed = (value: unknown, digits = 4) => ((value as number | null) ?? Number.NaN).toFixed(digits);

type Shown = Pick<Problem, 'shownMetrics'>;

/** Formats an evaluation as text: a line per class, then the metrics. */
export function evaluationLines(evaluation: Evaluation, shown: Shown): string {
  const { perClass, examples } = evaluation;
  const classes = Object.entries(perClass ?? {}).map(([label, { precision, recall, f1, support }]) => [
    label,
    ...[precision, recall, f1].map((value) => fixed(value)),
    String(support),
  ]);
  const head = perClass ? `${table([['', 'precision', 'recall', 'F1', 'support'], ...classes])}\n\n` : '';
  return `${head}${table([...titled(evaluation, shown), ['examples', String(examples)]])}\n`;
}

/** The metrics of an evaluation, such as `accuracy 0.9000`. */
export const shownOf = (evaluation: Evaluation, shown: Shown): string[] =>
  titled(evaluation, shown).map((cells) => cells.join(' '));

/** Titles and values of the metrics that the evaluation has. */
const titled = (metrics: Evaluation, { shownMetrics }: Shown): [string, string][] =>
  Object.entries(shownMetrics)
    .filter(([name]) => metrics[name] !== undefined)
    .map(([name, title]) => [title, fixed(metrics[name])]);
