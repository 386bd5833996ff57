import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { SearchOptions, TrialEvent } from './options';
import { objectiveOf, search } from './search';
import { parseSearchSpace } from './search-space';

const directory = mkdtempSync(join(tmpdir(), 'attune-search-'));
afterAll(() => rmSync(directory, { recursive: true }));

const space = parseSearchSpace({ x: { min: 0, max: 1 }, y: ['a', 'b'] });

/** A search whose trials come to `x`, a little less the smaller the budget; `ran` grows by each. */
function searching(out: string, more: Partial<SearchOptions> = {}) {
  const ran: string[] = [];
  const options: SearchOptions = {
    space,
    trials: 9,
    strategy: 'halving',
    leastBudget: 1 / 9,
    objective: objectiveOf('accuracy'),
    seed: 3,
    out: join(directory, out),
    async runTrial({ x }, budget, place) {
      mkdirSync(place, { recursive: true });
      ran.push(`${basename(dirname(place))}/${basename(place)}`);
      return { value: Number(x) - 0.1 * (1 - budget) };
    },
    ...more,
  };
  return { options, ran };
}
const stateOf = (out: string) => JSON.parse(readFileSync(join(directory, out, 'search.json'), 'utf8'));

describe('search', () => {
  it('gives the best third of each rung three times the budget', async () => {
    const { options, ran } = searching('halving');
    const { trials, best } = await search(options);
    expect(ran).toHaveLength(9 + 3 + 1);
    const byX = [...trials].sort((a, b) => Number(b.parameters.x) - Number(a.parameters.x));
    expect(best).toEqual(byX[0]);
    expect(trials).toEqual(byX);
    expect(trials.map(({ results }) => results.length)).toEqual([3, 2, 2, 1, 1, 1, 1, 1, 1]);
    expect(best.results.map(({ rung, budget, value }) => [rung, budget, value])).toEqual(
      [1 / 9, 1 / 3, 1].map((budget, i) => [i + 1, budget, Number(best.parameters.x) - 0.1 * (1 - budget)]),
    );
    expect(stateOf('halving')).toMatchObject({ best: best.trial, objective: { metric: 'accuracy' } });
  });

  it('runs all trials in full at random, the lowest loss the best', async () => {
    const { options, ran } = searching('random', { strategy: 'random', trials: 5, objective: objectiveOf('loss') });
    const { trials } = await search(options);
    expect(ran).toEqual([1, 2, 3, 4, 5].map((trial) => `trial-${trial}/rung-1`));
    const values = trials.map(({ results }) => results[0].value ?? Number.NaN);
    expect(values).toEqual([...values].sort((a, b) => a - b));
  });

  it.each([1, 4, 9, 10, 12, 13])(
    'stopped in training %i and resumed, comes to the same, running none again that had ended',
    async (stop) => {
      const whole = await search(searching(`whole-${stop}`).options);
      const { options, ran } = searching(`cut-${stop}`);
      const stopped = { ...options, runTrial: failingAt(stop, options) };
      await expect(search(stopped)).rejects.toThrow('power cut');
      const ended = ran.splice(0);
      expect(ended).toHaveLength(stop - 1);
      const resumed = await search({ ...options, resume: true });
      expect(resumed).toEqual(whole);
      expect(stateOf(`cut-${stop}`)).toEqual(stateOf(`whole-${stop}`));
      expect(ran.filter((one) => ended.includes(one))).toEqual([]);
      expect(ran.length + ended.length).toBe(13);
      ran.length = 0;
      expect(await search({ ...options, resume: true })).toEqual(whole);
      expect(ran).toEqual([]);
    },
  );

  it('puts diverged trials last, gives them no second chance, and says when all did', async () => {
    const diverging: SearchOptions['runTrial'] = async ({ y, x }) => ({ value: y === 'a' ? Number.NaN : Number(x) });
    const { options } = searching('diverging');
    const { trials } = await search({ ...options, runTrial: diverging });
    expect(trials[0].parameters.y).toBe('b');
    expect(trials.at(-1)).toMatchObject({ parameters: { y: 'a' }, results: [{ value: null }] });
    const all = search({ ...options, out: join(directory, 'none'), runTrial: async () => ({ value: Number.NaN }) });
    await expect(all).rejects.toMatchObject({
      code: 'SEARCH_FAILED',
      message: expect.stringContaining('all 9 diverged'),
    });
  });

  it('takes the best of the earlier rungs where the finalists diverge', async () => {
    const { options } = searching('finalists');
    const runTrial: SearchOptions['runTrial'] = async ({ x }, budget) => ({
      value: budget > 1 / 9 ? Number.NaN : Number(x),
    });
    const { best, trials } = await search({ ...options, runTrial });
    expect(best.results).toHaveLength(1);
    const finite = trials.filter(({ results }) => results.at(-1)?.value !== null);
    expect(best.parameters.x).toBe(Math.max(...finite.map(({ parameters }) => Number(parameters.x))));
    expect(trials.slice(-3).map(({ results }) => results.at(-1)?.value)).toEqual([null, null, null]);
  });

  it('compares no trials by losses of different kinds', async () => {
    const { options } = searching('losses', { objective: objectiveOf('loss') });
    const kinds = parseSearchSpace({ focalGamma: [0, 2] });
    await expect(search({ ...options, space: kinds })).rejects.toMatchObject({
      code: 'SEARCH_SPACE',
      message: expect.stringMatching(/^focalGamma: expected another metric than loss/),
    });
    const byF1 = { ...options, space: kinds, objective: objectiveOf('f1'), runTrial: async () => ({ value: 0.5 }) };
    expect((await search(byF1)).trials).toHaveLength(9);
  });

  it('goes on with the same options alone, and not over another search', async () => {
    const { options } = searching('same', { config: { data: 'a.csv' } });
    const events: TrialEvent[] = [];
    await search({ ...options, onTrial: (event) => void events.push(event) });
    expect(events.map(({ done }) => done).at(-1)).toBe(13);
    expect(events.filter(({ result }) => result).every(({ total, done }, i) => total === 13 && done === i + 1)).toBe(
      true,
    );
    await expect(search(options)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    const changed = { ...options, resume: true, seed: 4, config: { data: 'b.csv' } };
    await expect(search(changed)).rejects.toMatchObject({
      code: 'SEARCH_CONFIG',
      message: expect.stringContaining('got another data, seed; restore it'),
    });
    await search({ ...options, overwrite: true, trials: 3, runTrial: async () => ({ value: 1 }) });
    expect(existsSync(join(directory, 'same', 'trial-9'))).toBe(false);
  });
});

/** The options' own trial, but that the n-th never ends well. */
function failingAt(stop: number, { runTrial }: SearchOptions): SearchOptions['runTrial'] {
  let count = 0;
  return async (...trial) => {
    count += 1;
    if (count === stop) throw new Error('power cut');
    return runTrial(...trial);
  };
}
