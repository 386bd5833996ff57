import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';
import type { FitOptions } from '../../fit-options';

/** How the yardstick is made: as it comes, tuned on the validation part, or not at all. */
export type BaselineMode = 'default' | 'tuned' | 'none';

/** What a baseline's settings and a mix are chosen by. */
export type ChosenBy = 'accuracy' | 'macroF1';

/** Macro-F1 where that chooses the best model, else accuracy: a yardstick has no loss to go by. */
export const chosenBy = (metricForBestModel: string | undefined): ChosenBy =>
  metricForBestModel === 'macroF1' ? 'macroF1' : 'accuracy';

/**
 * Throws unless the yardstick that is asked for can be had.
 * @throws AttuneError ARGUMENT_INVALID for a tuned or mixed one without a validation part, or beside another problem
 *   than one label a text, and for a mix with none
 */
export function checkBaseline({ baseline, mixBaseline, problemType, data }: FitOptions<ProblemType>): void {
  const refuse = (problem: string) => {
    throw new AttuneError('ARGUMENT_INVALID', problem);
  };
  const name = mixBaseline ? 'mixBaseline' : 'baseline';
  if (!mixBaseline && baseline !== 'tuned') return;
  if (mixBaseline && baseline === 'none') refuse('mixBaseline: expected a baseline to mix with, got none; drop one');
  if (problemType !== undefined && problemType !== 'single_label_classification')
    refuse(`${name}: expected one label a text, got ${problemType}; leave it out`);
  if (!data.validation) refuse(`${name}: expected a validation part to choose on, got none; add one`);
}
