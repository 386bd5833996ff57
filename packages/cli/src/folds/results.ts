import type { CrossValidation, FoldEvent } from '@attune/train/node';
import { table } from '../terminal/table';

/** Figures that say how the run went, or of one fold's texts alone, not how good the model is. */
const circumstances =
  /Examples$|Texts$|^baselineOptions\.|(^|\.)difference\.|^(epochs|bestEpoch|bestStep|steps|seconds|tokensPerSecond)$/;

const isResult = (name: string) => !circumstances.test(name);

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
