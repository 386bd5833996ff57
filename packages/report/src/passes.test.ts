import { expect, it } from 'vitest';
import { sampleData, sampleHistory, visibleText } from '../test/sample';
import { passesOf, textsPerSecond } from './passes';
import { renderModelCard, renderReport } from './reports';

const { summary } = sampleData();
const stopped = sampleData({
  config: { arguments: { numTrainEpochs: 40 } },
  summary: { ...summary, epochs: 40, epochsDone: 4, steps: 3468 },
});

it('counts the passes that were made, on the page and in the card', () => {
  expect(passesOf(stopped)).toBe(4);
  expect(textsPerSecond(stopped)).toBeCloseTo((13870 * 4) / 71.34, 9);
  const page = visibleText(renderReport(stopped));
  expect(page).toContain('Epochs 4 ');
  expect(page).toContain('Training texts per second 778 ');
  const card = renderModelCard(stopped);
  expect(card).toContain('Trained for 4 epochs (3,468 steps) in 1 min 11 s, 777.7 texts per second.');
  expect(card).toContain('- num_epochs: 40 at most, 4 done\n');
});

it('shows less than a pass as a part of one', () => {
  const two = sampleData({ summary: { ...summary, epochs: 1e9, epochsDone: 2 / 867, steps: 2 } });
  expect(visibleText(renderReport(two))).toContain('Epochs 0.002307 ');
  expect(renderModelCard(two)).toContain('Trained for 0.002307 epochs (2 steps)');
});

it('goes by the last line of a run that does not say it, as earlier versions’', () => {
  expect(passesOf({ summary: { ...summary, epochs: 40 }, history: sampleHistory(2) })).toBe(2);
  expect(passesOf({ summary: { ...summary, epochs: 40 }, history: [] })).toBe(40);
});

it('counts texts without a label among those that a student learns from', () => {
  const student = sampleData({ summary: { ...stopped.summary, distillation: { unlabeledExamples: 1000 } } });
  expect(textsPerSecond(student)).toBeCloseTo((14870 * 4) / 71.34, 9);
  expect(visibleText(renderReport(student))).toContain('Training texts without a label 1,000 ');
});
