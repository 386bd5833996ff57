import { expect, it } from 'vitest';
import { type Call, costOf, InputQueue, type Item } from './queue';

const call: Call = { answer() {}, fail() {}, isOver: false, begin: () => true };
const items = (count: number, cost = 10): Item[] =>
  Array.from({ length: count }, (_, place) => ({ call, place, input: 'a', cost, tries: 0 }));

/** A queue that measured batches of so many inputs, 4 ms each and .5 ms more per input. */
function afterBatches(sizes: readonly number[]): InputQueue {
  const queue = new InputQueue();
  for (const size of sizes) queue.measured(items(size), 4 + size / 2);
  queue.add(items(1000));
  return queue;
}

it('makes batches that take about as long as they may', () => {
  const { length } = afterBatches([100, 100, 100]).take({ maxTokens: 1e6, maxMs: 54 });
  expect(length).toBe(100);
  expect(afterBatches([100]).take({ maxTokens: 300, maxMs: 54 })).toHaveLength(30);
});

it('does not take the time of single inputs for that of all', () => {
  const alternating = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 100 : 1));
  expect(afterBatches(alternating).take({ maxTokens: 1e6, maxMs: 54 }).length).toBeGreaterThan(90);
});

it('notices when computing takes longer than it did', () => {
  const queue = afterBatches([100, 100, 100]);
  for (let i = 0; i < 30; i++) queue.measured(items(100), 540);
  expect(queue.take({ maxTokens: 1e6, maxMs: 54 })).toHaveLength(10);
});

it('counts the tokens of a text by its characters, up to the most that a model reads', () => {
  expect([costOf('', 64), costOf('abcdefgh', 64), costOf(['abcd', 'efgh'], 64), costOf('x'.repeat(1000), 64)]).toEqual([
    2, 4, 4, 64,
  ]);
});
