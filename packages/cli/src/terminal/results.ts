import type { ProblemType } from '@attune/models';
import { formatDuration } from '@attune/train';
import type { Differences, RunSummary } from '@attune/train/node';
import { counted } from './counted';
import { table } from './table';

type AnySummary = RunSummary<ProblemType>;

/** What figures are called, in the order they stand; a summary has those of its kind of problem. */
const called = {
  accuracy: 'accuracy',
  microF1: 'micro-F1',
  macroF1: 'macro-F1',
  mae: 'MAE',
  rmse: 'RMSE',
  r2: 'R²',
} as const;

type Figures = Partial<Readonly<Record<keyof typeof called | 'loss', number>>>;

/** What a run came to: the model's figures beside the baseline's, then how they were got. */
export function resultLines(summary: AnySummary): string {
  const own = summary as Figures;
  const { baseline, difference, mix } = summary;
  const names = (Object.keys(called) as (keyof typeof called)[]).filter((name) => own[name] !== undefined);
  const row = (name: string, figures: Figures) => [name, ...names.map((key) => figures[key]!.toFixed(4))];
  const figures = table([
    ['', ...names.map((name) => called[name]), 'loss'],
    [...row('model', own), summary.loss.toFixed(4)],
    ...(baseline ? [row(baselineOf(summary), baseline)] : []),
    ...(mix ? [row(`mix, ${Math.round(100 * mix.modelWeight)} % model`, mix)] : []),
  ]);
  const ahead = [
    ...(difference ? [differenceLine('model', difference)] : []),
    ...(mix ? [differenceLine('mix', mix.difference)] : []),
  ];
  return [figures, ...ahead, circumstances(summary)].join('\n');
}

function baselineOf(summary: AnySummary): string {
  const { r2, microF1 }: Figures = summary;
  if (r2 !== undefined) return "the training texts' mean";
  if (microF1 !== undefined) return 'TF-IDF + logistic regression a label';
  const { baselineOptions: tuned } = summary;
  const settings = tuned ? ` (${[...new Set(tuned.ngramRange)].join('-')}-grams, C = ${tuned.C})` : '';
  return `TF-IDF + logistic regression${settings}`;
}

/** `model − baseline: accuracy +0.016 [0.004, 0.029], macro-F1 …`, the intervals at 95 %. */
function differenceLine(name: string, { accuracy, macroF1 }: Differences): string {
  const of = ({ estimate, low, high }: Differences['accuracy']) =>
    `${estimate < 0 ? '' : '+'}${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${name} − baseline: accuracy ${of(accuracy)}, macro-F1 ${of(macroF1)} (95 %, paired bootstrap)`;
}

function circumstances(summary: AnySummary): string {
  const { evaluatedOn, testExamples, trainExamples, epochs, bestEpoch, seconds, tokensPerSecond, engine } = summary;
  const on = `on ${counted(testExamples, `${evaluatedOn} text`)}`;
  const best = epochs > 1 ? ` (best: ${Number(bestEpoch.toFixed(2))})` : '';
  const trained = `trained on ${trainExamples.toLocaleString('en')} for ${counted(epochs, 'epoch')}${best}`;
  const speed = `${formatDuration(seconds)}, ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s, ${engine}`;
  return `${on}; ${trained} in ${speed}`;
}
