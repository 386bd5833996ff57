import { AttuneError } from '@attune/internal';

/** One round of a search: how many trials run, and for which share of their full training. */
export interface Rung {
  /** Number of trials that run. */
  readonly trials: number;
  /** In (0, 1]. */
  readonly budget: number;
}

export type SearchStrategy = 'random' | 'halving';

export interface RungOptions {
  readonly strategy: SearchStrategy;
  readonly trials: number;
  /** Of each rung's trials the best 1/eta go on, to eta times the budget. */
  readonly eta: number;
  /** The smallest share of a full training that means something: 1/6 where it has six epochs. */
  readonly leastBudget: number;
}

/**
 * The rungs of a search: one with the full budget, or those of successive halving (Jamieson and Talwalkar 2016), the last of which has it.
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

/** How often a number can be divided before it is less than 1. */
function timesDivisible(value: number, by: number): number {
  let times = 0;
  for (let left = (value + 1e-9) / by; left >= 1; left /= by) times += 1;
  return times;
}
