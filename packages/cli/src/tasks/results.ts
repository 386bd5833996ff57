import type { ProblemType } from '@attune/models';
import { formatDuration } from '@attune/train';
import type { Differences, RunSummary, TrainingFacts } from '@attune/train/node';
import { problemKind } from '../kinds';
import { counted, table } from '../program/terminal';

/**
 * The results of a training as text: the model's metrics above the baseline's, then the data, the time and the engine.
 *
 * @param problemType default `single_label_classification`
 * @example
 * const { summary, problemType } = await trainAndReport({ … });
 * console.log(resultLines(summary, problemType));
 */
export function resultLines(summary: RunSummary<ProblemType>, problemType?: ProblemType): string {
  const { summaryMetrics, baselineName } = problemKind(problemType);
  const { baseline, difference, mix } = summary;
  const names = Object.keys(summaryMetrics);
  const row = (name: string, metrics: object) => [
    name,
    ...names.map((metric) => (metrics as Record<string, number>)[metric].toFixed(4)),
  ];
  const metrics = table([
    ['', ...Object.values(summaryMetrics), 'loss'],
    [...row('model', summary), summary.loss.toFixed(4)],
    ...(baseline ? [row(baselineName(summary), baseline)] : []),
    ...(mix ? [row(`mix, ${Math.round(100 * mix.modelWeight)} % model`, mix)] : []),
  ]);
  const differences = [
    ...(difference ? [differenceLine('model', difference)] : []),
    ...(mix ? [differenceLine('mix', mix.difference)] : []),
  ];
  return [metrics, ...differences, circumstances(summary, 'text')].join('\n');
}

/** `model − baseline: accuracy +0.016 [0.004, 0.029], macro-F1 …`, the intervals at 95 %. */
function differenceLine(name: string, { accuracy, macroF1 }: Differences): string {
  const of = ({ estimate, low, high }: Differences['accuracy']) =>
    `${estimate < 0 ? '' : '+'}${estimate.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
  return `${name} − baseline: accuracy ${of(accuracy)}, macro-F1 ${of(macroF1)} (95 %, paired bootstrap)`;
}

interface Trained extends TrainingFacts {
  readonly trainExamples: number;
  readonly testExamples: number;
  readonly evaluatedOn: 'test' | 'validation';
}

/** `on 12 test sentences; trained on 96 for 6 epochs (best: 5) in 3.2 s, 9,120 tokens/s, onnx`. */
export function circumstances(summary: Trained, noun: string): string {
  const { evaluatedOn, testExamples, trainExamples, epochs, bestEpoch, seconds, tokensPerSecond, engine } = summary;
  const on = `on ${counted(testExamples, `${evaluatedOn} ${noun}`)}`;
  const best = epochs > 1 ? ` (best: ${Number(bestEpoch.toFixed(2))})` : '';
  const trained = `trained on ${trainExamples.toLocaleString('en')} for ${counted(epochs, 'epoch')}${best}`;
  const speed = `${formatDuration(seconds)}, ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s, ${engine}`;
  return `${on}; ${trained} in ${speed}`;
}
