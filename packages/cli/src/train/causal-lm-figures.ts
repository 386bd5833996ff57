import { table } from '../terminal/table';

/** What is shown of a model that writes, by name: of `summary.json` and of `attune eval`. */
export const causalLmFigures = {
  loss: 'loss',
  perplexity: 'perplexity',
  accuracy: 'accuracy of next tokens',
  weightedPrecision: 'weighted precision',
  weightedRecall: 'weighted recall',
  weightedF1: 'weighted F1',
} as const;

type Figures = { readonly [Name in keyof typeof causalLmFigures]: number };

/** Figures of causal language modelling for people. */
export function causalLmLines(figures: Figures): string {
  const names = Object.keys(causalLmFigures) as (keyof Figures)[];
  return table(names.map((name) => [causalLmFigures[name], figures[name].toFixed(4)]));
}
