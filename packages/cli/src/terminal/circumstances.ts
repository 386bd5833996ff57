import { formatDuration } from '@attune/train';
import type { TrainingFacts } from '@attune/train/node';
import { counted } from './counted';

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
