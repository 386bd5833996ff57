import { expect, it } from 'vitest';
import { copiesIn } from './copies';

it('finds equal and nearly equal texts', () => {
  const texts = ['Cook in  bath', 'Welder', 'Night nurse wanted in Leeds now', 'Day nurse wanted in Leeds now'];
  const others = ['cook in Bath', 'Night nurse wanted in Leeds'];
  expect([...copiesIn(texts, others)].sort()).toEqual([0, 2]);
  expect([...copiesIn(texts, others, { threshold: 0.5 })].sort()).toEqual([0, 2, 3]); // 4 of 7 words
  expect(copiesIn(texts, []).size).toBe(0);
});
