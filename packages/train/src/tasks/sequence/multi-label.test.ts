import { expect, it } from 'vitest';
import { multiLabel } from './multi-label';

it('counts labels that the model lacks as missed', () => {
  const logits = Float32Array.of(5, -5, -5, 5);
  const measured = { labels: ['a', 'b'], logits, loss: 0.1, decision: {} };
  const own = multiLabel.evaluate({ ...measured, truth: [['a'], ['b']] });
  expect([own.accuracy, own.microF1, own.macroF1]).toEqual([1, 1, 1]);
  const other = multiLabel.evaluate({ ...measured, truth: [['a', 'c'], ['b']] });
  expect([other.accuracy, other.microF1, other.macroF1]).toEqual([0.5, expect.closeTo(4 / 5), expect.closeTo(2 / 3)]);
  expect(other.perClass).toMatchObject({ c: { precision: 0, recall: 0, f1: 0, support: 1 } });
});
