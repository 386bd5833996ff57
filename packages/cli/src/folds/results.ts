import type { CrossValidation, FoldEvent, TrainingFacts } from '@attune/train/node';
import { table } from '../terminal/table';

/** Figures that say how the run went, not how good the model is. */
const facts: Record<keyof TrainingFacts, true> = {
  epochs: true,
  bestEpoch: true,
  bestStep: true,
  steps: true,
  seconds: true,
  tokensPerSecond: true,
  engine: true,
  parameters: true,
  trainableParameters: true,
  trainableShare: true,
};

/** Figures of one fold's texts alone. */
const ofTexts = /Examples$|Texts$|^baselineOptions\.|(^|\.)difference\./;

const isResult = (name: string) => !(name in facts || ofTexts.test(name));

/** `fold 2 of 5  accuracy 0.8120, macroF1 0.7950, loss 0.6112`. */
export function foldLine({ fold, folds, summary = {}, kept }: FoldEvent): string {
  const figures = Object.entries(summary)
    .flatMap(([name, value]) => (typeof value === 'number' && isResult(name) ? [`${name} ${value.toFixed(4)}`] : []))
    .join(', ');
  return `fold ${fold} of ${folds}  ${figures}${kept ? ' (had ended before)' : ''}`;
}

/** Mean and standard deviation of each result, and its value in every fold. */
export function foldsTable({ mean, standardDeviation, perFold }: CrossValidation): string {
  const names = Object.keys(mean).filter(isResult);
  const row = (name: string) => [mean[name], standardDeviation[name], ...perFold.map((figures) => figures[name])];
  const head = ['', 'mean', 'deviation', ...perFold.map((_, i) => `fold ${i + 1}`)];
  return table([head, ...names.map((name) => [name, ...row(name).map((value) => value.toFixed(4))])]);
}
