import { join } from 'node:path';
import { AttuneError, checkOptions } from '@attune/internal';
import { readJsonObject, withDirectoryLock, writeJson } from '@attune/internal/node';
import { isLowerBetter } from '../../loop/metric-direction';
import { objectiveTable, searchTable } from '../border/tables';
import { checkRunDirectory } from '../run/check-directory';
import type { Objective, SearchOptions, Trial, TrialResult } from './options';

import { changedSettings, removeNumbered } from './resumable';
import { type Rung, rungsOf } from './rungs';
import { parseSearchSpace, sampleParameters } from './search-space';

/** The result of `search`. */
export interface SearchResult {
  /** Best first. */
  readonly trials: readonly Trial[];
  /** The first of `trials`. */
  readonly best: Trial;
}

/**
 * Tries parameters of a space, at random or by successive halving, and returns the trials, best first.
 *
 * `search.json` in `out` is written after each training. With `resume` the search continues from it, with the same result as without
 * interruption. `runTrial` owns the directory `trial-N/rung-M`; an existing one belongs to an interrupted training.
 * @throws AttuneError OUTPUT_LOCKED for a directory that another process is writing, OUTPUT_HOLDS_INPUT where `overwrite` would remove
 * one of `inputs`, SEARCH_CONFIG for a search that was begun with other options, SEARCH_FAILED where all trials diverged
 * @example
 * const { best } = await search({ space, trials: 12, objective: objectiveOf('macroF1'), runTrial, out: 'runs/search' });
 */
export async function search(options: SearchOptions): Promise<SearchResult> {
  checkOptions('search', options, searchTable);
  checkOptions('search', options.objective, objectiveTable, 'objective.');
  parseSearchSpace(options.space);
  refuseOtherLosses(options);
  return withDirectoryLock(options.out, () => searchLocked(options));
}

/** Parameters that change how the loss of an evaluation is computed. */
const ofLoss = ['focalGamma', 'labelSmoothingFactor'];

/** Refuses to compare trials by a loss that each of them computes otherwise. */
function refuseOtherLosses({ space, objective: { metric } }: SearchOptions): void {
  const name = metric === 'loss' ? ofLoss.find((own) => Object.hasOwn(space, own)) : undefined;
  if (name === undefined) return;
  throw new AttuneError(
    'SEARCH_SPACE',
    `${name}: expected another metric than loss, which ${name} changes, so that the trials cannot be compared by it; compare them by a metric such as macroF1 or f1 (--metric macro-f1), or remove ${name} from the space`,
  );
}

async function searchLocked(options: SearchOptions): Promise<SearchResult> {
  const { out, inputs, runTrial, onTrial = () => {}, signal, resume = false, overwrite = false } = options;
  const rungs = rungsOf({ strategy: 'random', eta: 3, leastBudget: 1 / 3, ...defined(options) });
  await checkRunDirectory(out, { resume, overwrite, inputs, replaces: 'search' });
  let state = await beginOrGoOn(options, rungs);
  const save = (next: SearchState) => {
    state = next;
    return writeJson(statePath(out), next);
  };
  const total = rungs.reduce((sum, { trials }) => sum + trials, 0);
  const done = () => state.trials.reduce((sum, { results }) => sum + results.length, 0);
  for (const [i, { budget, trials: count }] of rungs.entries()) {
    const rung = i + 1;
    for (const number of chosenFor(rung, count, state)) {
      const trial = state.trials[number - 1];
      if (trial.results.length >= rung) continue;
      signal?.throwIfAborted();
      onTrial({ trial, rung, rungs, done: done(), total });
      const { value } = await runTrial(trial.parameters, budget, join(out, `trial-${number}`, `rung-${rung}`));
      const result = { rung, budget, value: Number.isFinite(value) ? value : null };
      await save(withResult(state, number, result));
      onTrial({ trial: state.trials[number - 1], rung, rungs, done: done(), total, result });
    }
  }
  return finish(state, save);
}

/** The trials of a rung, in order: all in the first, then the best of the previous one that did not diverge. */
function chosenFor(rung: number, count: number, { trials, objective }: SearchState): readonly number[] {
  const before = trials
    .filter(({ results }) => results.length >= rung - 1)
    .map((trial) => ({ ...trial, results: trial.results.slice(0, rung - 1) }));
  const best = ranked(before, objective)
    .slice(0, count)
    .filter((trial) => lastResult(trial)?.value !== null);
  return best.map(({ trial }) => trial).sort((a, b) => a - b);
}

async function finish(state: SearchState, save: (state: SearchState) => Promise<void>): Promise<SearchResult> {
  const trials = ranked(state.trials, state.objective);
  const [best] = trials;
  if (lastResult(best)?.value === null)
    throw new AttuneError(
      'SEARCH_FAILED',
      `search: expected a trial with a finite value, all ${trials.length} diverged; narrow the space, starting with the learning rate`,
    );
  await save({ ...state, best: best.trial });
  return { trials, best };
}

function withResult(state: SearchState, number: number, result: TrialResult): SearchState {
  const trials = state.trials.map((trial) =>
    trial.trial === number ? { ...trial, results: [...trial.results, result] } : trial,
  );
  return { ...state, trials };
}

const statePath = (out: string) => join(out, 'search.json');

/** The state of an existing search, or a new one. */
async function beginOrGoOn(options: SearchOptions, rungs: readonly Rung[]): Promise<SearchState> {
  const { out, resume } = options;
  const path = statePath(out);
  const fresh = newState(options, rungs);
  const earlier = resume ? ((await readJsonObject(path)) as SearchState | undefined) : undefined;
  if (earlier) return checked(earlier, fresh, path);
  await removeNumbered(out, 'trial');
  await writeJson(path, fresh);
  return fresh;
}

function newState(
  { space, objective, trials, seed = 0, config = {}, ...options }: SearchOptions,
  rungs: readonly Rung[],
) {
  const { strategy = 'random', eta = 3 } = options;
  const numbers = Array.from({ length: trials }, (_, i) => i + 1);
  return {
    version: 1,
    config: { ...config, space, trials, strategy, seed, eta },
    objective,
    rungs,
    trials: numbers.map((trial) => ({ trial, parameters: sampleParameters(space, { seed, trial }), results: [] })),
  } satisfies SearchState;
}

function checked(earlier: SearchState, fresh: SearchState, path: string): SearchState {
  const all = ({ version, config, objective, rungs }: SearchState) => ({ ...config, version, objective, rungs });
  const changed = changedSettings(JSON.parse(JSON.stringify(all(earlier))), all(fresh));
  if (changed.length === 0) return earlier;
  throw new AttuneError(
    'SEARCH_CONFIG',
    `${path}: expected the original settings of the search, got another ${changed.join(', ')}; restore it, or search again in another --out`,
  );
}

/** Options without undefined ones, which would hide defaults. */
function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}

/** The content of `search.json`. */
export interface SearchState {
  readonly version: 1;
  /** Settings that decide the search, and that a resumed one must share. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly objective: Objective;
  readonly rungs: readonly Rung[];
  readonly trials: readonly Trial[];
  /** The number of the best trial, once all have ended. */
  readonly best?: number;
}

/** The last result of a trial. */
const lastResult = ({ results }: Trial): TrialResult | undefined => results.at(-1);

/** The trials, best first: those that did not diverge, of these those of later rungs, then by value, then in order. */
export function ranked(trials: readonly Trial[], { greaterIsBetter }: Objective): readonly Trial[] {
  const rungOf = (trial: Trial) => lastResult(trial)?.rung ?? 0;
  const score = (trial: Trial) => {
    const value = lastResult(trial)?.value ?? null;
    return value === null ? Number.NEGATIVE_INFINITY : greaterIsBetter ? value : -value;
  };
  // Compared, not subtracted: infinity minus infinity is NaN.
  const byScore = (a: Trial, b: Trial) => Number(score(b) > score(a)) - Number(score(b) < score(a));
  const isDiverged = (trial: Trial) => Number(lastResult(trial)?.value === null);
  const byRung = (a: Trial, b: Trial) => isDiverged(a) - isDiverged(b) || rungOf(b) - rungOf(a);
  return [...trials].sort((a, b) => byRung(a, b) || byScore(a, b) || a.trial - b.trial);
}

/**
 * The objective of a metric: the lowest value is best for a loss or an error, else the highest, as for `metricForBestModel`.
 *
 * @example objectiveOf('macroF1') // { metric: 'macroF1', greaterIsBetter: true }
 */
export function objectiveOf(metric: string): Objective {
  return { metric, greaterIsBetter: !isLowerBetter(metric) };
}
