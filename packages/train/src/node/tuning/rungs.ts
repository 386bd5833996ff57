import { AttuneError } from '@attune/internal';

/** One round of a search: the number of its trials, and their share of a full training. */
export interface Rung {
  /** Number of trials. */
  readonly trials: number;
  /** Share of a full training, in (0, 1]. */
  readonly budget: number;
}

export type SearchStrategy = 'random' | 'halving';

export interface RungOptions {
  readonly strategy: SearchStrategy;
  readonly trials: number;
  /** The best 1/eta of each rung's trials continue, with eta times the budget. */
  readonly eta: number;
  /** Least share of a full training, such as 1/6 of six epochs. */
  readonly leastBudget: number;
}

/**
 * The rungs of a search: one with the full budget, or those of successive halving (Jamieson and Talwalkar 2016), the last with the full budget.
 *
 * @throws AttuneError SEARCH_BUDGET where the trials or the budget are too few to halve
 * @example rungsOf({ strategy: 'halving', trials: 12, eta: 3, leastBudget: 1 / 6 }) // [{ trials: 12, budget: 1/3 }, { trials: 4, budget: 1 }]
 */
export function rungsOf({ strategy, trials, eta, leastBudget }: RungOptions): readonly Rung[] {
  if (!Number.isInteger(trials) || trials < 1)
    throw new AttuneError('ARGUMENT_INVALID', `trials: expected an integer ≥ 1, got ${trials}`);
  if (!Number.isInteger(eta) || eta < 2)
    throw new AttuneError('ARGUMENT_INVALID', `eta: expected an integer ≥ 2, got ${eta}`);
  if (strategy === 'random') return [{ trials, budget: 1 }];
  const halvings = Math.min(timesDivisible(trials, eta), timesDivisible(1 / leastBudget, eta));
  if (halvings === 0)
    throw new AttuneError(
      'SEARCH_BUDGET',
      `search: expected at least ${eta} trials and ${eta} epochs or steps each for successive halving, got ${trials} and ${Math.round(1 / leastBudget)}; give more, or search at random`,
    );
  return Array.from({ length: halvings + 1 }, (_, rung) => ({
    trials: Math.floor(trials / eta ** rung),
    budget: 1 / eta ** (halvings - rung),
  }));
}

/** Number of divisions before a number is less than 1. */
function timesDivisible(value: number, by: number): number {
  let times = 0;
  for (let left = (value + 1e-9) / by; left >= 1; left /= by) times += 1;
  return times;
}
