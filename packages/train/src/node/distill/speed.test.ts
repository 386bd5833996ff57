import { expect, it } from 'vitest';
import { measuredRates } from './speed';

/** A clock that models move on, by so much an input. */
function timed() {
  let time = 0;
  const calls: string[] = [];
  const model = (name: string, each: number) => async (inputs: readonly number[]) => {
    calls.push(`${name} ${inputs.length}`);
    time += each * inputs.length;
  };
  return { now: () => time, calls, model };
}

it('measures models in turns on the same inputs, until the slowest has had enough', async () => {
  const { now, calls, model } = timed();
  const inputs = Array.from({ length: 100 }, (_, i) => i);
  const rates = await measuredRates(inputs, [model('fast', 1 / 400), model('slow', 1 / 99)], now);
  expect(rates.map((rate) => Number(rate?.toFixed(6)))).toEqual([400, 99]);
  expect(calls.slice(0, 6)).toEqual(['fast 64', 'slow 64', 'fast 64', 'slow 64', 'fast 36', 'slow 36']);
  const slow = calls.slice(2).filter((call) => call.startsWith('slow'));
  expect(slow).toEqual(['slow 64', 'slow 36', 'slow 64', 'slow 36']); // two seconds
});

it('ends on few inputs, and has no rate of none', async () => {
  const { now, calls, model } = timed();
  await measuredRates([1, 2], [model('one', 1e-9)], now);
  expect(calls).toHaveLength(51);
  expect(await measuredRates([], [model('one', 1)], now)).toEqual([undefined]);
});
