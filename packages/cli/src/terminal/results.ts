import { formatDuration } from '@attune/train';
import type { RunSummary } from '@attune/train/node';
import { counted } from './counted';
import { table } from './table';

/** What a run came to: the model's figures beside the baseline's, then how they were got. */
export function resultLines(summary: RunSummary): string {
  const { accuracy, macroF1, loss, baseline } = summary;
  const figure = (value: number) => value.toFixed(4);
  const figures = table([
    ['', 'accuracy', 'macro-F1', 'loss'],
    ['model', figure(accuracy), figure(macroF1), figure(loss)],
    ...(baseline ? [['TF-IDF + logistic regression', figure(baseline.accuracy), figure(baseline.macroF1)]] : []),
  ]);
  return `${figures}\n${circumstances(summary)}`;
}

function circumstances(summary: RunSummary): string {
  const { evaluatedOn, testExamples, trainExamples, epochs, bestEpoch, seconds, tokensPerSecond, engine } = summary;
  const on = `on ${counted(testExamples, `${evaluatedOn} text`)}`;
  const best = epochs > 1 ? ` (best: ${bestEpoch})` : '';
  const trained = `trained on ${trainExamples.toLocaleString('en')} for ${counted(epochs, 'epoch')}${best}`;
  const speed = `${formatDuration(seconds)}, ${Math.round(tokensPerSecond).toLocaleString('en')} tokens/s, ${engine}`;
  return `${on}; ${trained} in ${speed}`;
}
