import { expect, it } from 'vitest';
import { toMarkup } from '../page/html';
import { type SideBySideMetric, type SideBySideRow, sideBySideSection, studentChapter } from './side-by-side';

const shares: readonly SideBySideMetric[] = [
  ['accuracy', 'accuracy'],
  ['macroF1', 'macro-F1'],
];
const difference = { accuracy: { estimate: -0.013, low: -0.03, high: 0.004 } };
const student: SideBySideRow = {
  ...{ role: 'student', source: 'runs/small', parameters: 12_000_000, textsPerSecond: 1804.4 },
  metrics: { accuracy: 0.8, macroF1: 0.75 },
};
const teacher: SideBySideRow = {
  ...{ role: 'teacher', source: '/home/ada/runs/<b>', parameters: 22_600_000, textsPerSecond: 950, difference },
  metrics: { accuracy: 0.813, macroF1: 0.76 },
};
const sideBySide = [student, teacher];

const cells = (page: string) =>
  [...page.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) =>
    [...row.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, own]) => own),
  );

it('shows quality, size, speed and differences of each, the baseline last', () => {
  const page = toMarkup(sideBySideSection({ sideBySide, baseline: { accuracy: 0.7, macroF1: 0.6 } }, shares) || fail());
  expect(cells(page)).toEqual([
    [], // heads
    ['This model', '80.0%', '75.0%', '12,000,000', '1,804', ''],
    ['Teacher: /home/ada/runs/&lt;b&gt;', '81.3%', '76.0%', '22,600,000', '950', '−1.3 [−3.0, +0.4]'],
    ['Baseline', '70.0%', '60.0%', '', '', ''],
  ]);
});

it('shows tuned thresholds, differences from the baseline, and differences of numbers in their unit', () => {
  const tuned = { accuracy: 0.82, macroF1: 0.78 };
  const rows = [
    { ...student, tuned },
    { ...teacher, tunedDifference: { accuracy: { estimate: 0.007, low: -0.01, high: 0.02 } } },
  ];
  const baseline = { accuracy: 0.7, macroF1: 0.6 };
  const baselineDifference = { accuracy: { estimate: 0.1, low: 0.05, high: 0.15 } };
  const page = toMarkup(sideBySideSection({ sideBySide: rows, baseline, baselineDifference }, shares) || fail());
  expect(cells(page).slice(3)).toEqual([
    ['This model, at tuned thresholds', '82.0%', '78.0%', '', '', ''],
    [
      'Teacher: /home/ada/runs/&lt;b&gt;, against this model at tuned thresholds',
      ...['81.3%', '76.0%', '', '', '+0.7 [−1.0, +2.0]'],
    ],
    ['Baseline', '70.0%', '60.0%', '', '', '+10.0 [+5.0, +15.0]'],
  ]);
  const metrics: readonly SideBySideMetric[] = [['mae', 'MAE', false]];
  const number = { role: 'teacher', metrics: { mae: 2.5 }, parameters: 5 } as const;
  const apart = { mae: { estimate: -1.25, low: -2, high: 0.5 } };
  const values = toMarkup(
    sideBySideSection({ sideBySide: [number, { ...number, difference: apart }] }, metrics) || fail(),
  );
  expect(cells(values).at(-1)?.at(-1)).toBe('−1.25 [−2, +0.5]');
});

it('names what a teacher may know of the measured texts, in the report and in the card', () => {
  const leaks = { teachers: ['/home/ada/runs/big'], unlabeled: 12 };
  const distillation = { teachers: ['/home/ada/runs/big'], temperature: 2, alpha: 0.5, leaks };
  const page = toMarkup(sideBySideSection({ sideBySide, distillation }, shares) || fail());
  expect(page).toContain(
    'The scores may be too high: /home/ada/runs/big was trained on another split of the same file, and 12 of the measured texts are among the texts without labels.',
  );
  const [card] = studentChapter({ config: { distillation }, summary: { distillation } }, shares);
  expect(card).toContain('The scores may be too high: `big` was trained on another split of the same file, and 12 of');
  expect(card).not.toContain('/home');
});

it('is no section of a run that has no other model', () => {
  expect(sideBySideSection({}, shares)).toBe(false);
  expect(sideBySideSection({ sideBySide: [student] }, shares)).toBe(false);
});

it('is a chapter of a card, which names no place of this machine', () => {
  const distillation = { teachers: ['/home/ada/runs/big'], temperature: 2, alpha: 0.5, unlabeledExamples: 900 };
  const config = { distillation, studentLayers: [0, 2] };
  expect(studentChapter({ config, summary: { sideBySide } }, shares)).toEqual([
    [
      '### Distillation',
      '',
      "It learned from `big` and from labels (temperature 2, the teacher's share of the loss 0.5, and 900 texts without a label).",
      'It has the layers 0, 2 of the model that it was made from.',
      '',
      '- This model: accuracy 80.0%, macro-F1 75.0%; 12,000,000 parameters, 1,804 texts per second',
      '- Teacher: accuracy 81.3%, macro-F1 76.0%; 22,600,000 parameters, 950 texts per second',
    ].join('\n'),
  ]);
  const beside = { distillation: { ...distillation, alpha: 0, unlabeledExamples: 0 } };
  expect(studentChapter({ config: beside, summary: {} }, shares)).toEqual([
    '### Distillation\n\nIt was compared with `big`, from which it did not learn.',
  ]);
  expect(studentChapter({ config: {}, summary: {} }, shares)).toEqual([]);
});

function fail(): never {
  throw new Error('no section');
}
