import { describe, expect, it } from 'vitest';
import { sampleData, tableRows, visibleText } from '../../test/sample';
import { renderModelCard, renderReport } from '../reports';
import type { MultiLabelReportData } from './multi-label-data';
import type { RegressionReportData } from './regression';

const { summary, labels: _, test: __, baseline: ___, problemType: ____, ...run } = sampleData();
const { loss, trainExamples, epochs, seconds, tokensPerSecond, engine } = summary;
const facts = { loss, trainExamples, epochs, seconds, tokensPerSecond, engine, testExamples: 4 };
const texts = ['corn loans', 'corn', 'loans', '<b>ships</b>'];

const sets: MultiLabelReportData = {
  ...run,
  problemType: 'multi_label_classification',
  labels: ['bank', 'farm'],
  labelNames: { farm: 'Farming' },
  summary: {
    ...facts,
    accuracy: 0.5,
    microF1: 0.75,
    macroF1: 5 / 6,
    baseline: { accuracy: 0.25, microF1: 0.5, macroF1: 0.5 },
  },
  test: {
    texts,
    yTrue: [
      [1, 1],
      [0, 1],
      [1, 0],
      [0, 0],
    ],
    yPred: [
      [1, 1],
      [0, 0],
      [1, 0],
      [1, 0],
    ],
    scores: [0.9, 0.8, 0.1, 0.3, 0.7, 0.2, 0.95, 0.1],
  },
  baseline: {
    yPred: [
      [0, 1],
      [0, 1],
      [0, 0],
      [0, 0],
    ],
  },
};

const values: RegressionReportData = {
  ...run,
  problemType: 'regression',
  history: [{ type: 'eval', step: 10, epoch: 1, trainLoss: 9, loss: 4, mae: 1.5, rmse: 2, r2: 0.9 }],
  summary: {
    ...facts,
    mse: 125,
    mae: 7.5,
    rmse: 11.18,
    r2: 0.99,
    baseline: { mse: 12500, mae: 100, rmse: 111.8, r2: 0 },
  },
  test: { texts, yTrue: [100, 200, 300, 400], yPred: [100, 190, 300, 420] },
};

describe('a tuned decision', () => {
  const bare = sampleData();
  const single = (decision: object, other: object) =>
    ({ ...bare, summary: { ...bare.summary, decision, ...other } }) as typeof bare;
  const other = { accuracy: 0.45, macroF1: 0.3 };

  it('that the model applies: its own figures lead, those before beside, and scores are said to be of shifted logits', () => {
    const data = single({ temperature: 1.25, offsets: { '11': -0.5 }, applied: true }, { untuned: other });
    const card = renderModelCard(data);
    expect(card).toContain(`- Accuracy: ${bare.summary.accuracy.toFixed(3)}\n`);
    expect(card).toContain('- Without the offsets in its last layer: accuracy 0.450, macro-F1 0.300\n');
    expect(card).toMatch(
      /## Tuned decision\n\nOn the validation part a temperature of 1.25 and an offset per label were/,
    );
    expect(card).toContain('The last layer applies them, in every program: scores come from the shifted logits');
    expect(card).toMatch(/^Offsets: 11.* -0.5\.$/m);
    expect(visibleText(renderReport(data))).toContain('accuracy 0.450, macro-F1 0.300. On the validation part a temp');
  });

  it('beside the model: other programs do without, and are told how to apply it', () => {
    const card = renderModelCard(single({ temperature: 2, offsets: { '11': 1 } }, { tuned: other }));
    expect(card).toContain('- With the tuned offsets, which are not in the weights: accuracy 0.450, macro-F1 0.300');
    expect(card).toContain('predict the label of the highest logit / 2 + offset.');
    const tuned = { accuracy: 0.6, microF1: 0.7, macroF1: 0.8 };
    const decision = { threshold: { bank: 0.25, farm: 0.5 } };
    const many = { ...sets, summary: { ...sets.summary, decision, tuned } };
    const text = renderModelCard(many);
    expect(text).toContain('- Macro-F1: 0.833, each label from a score of 0.5\n');
    expect(text).toContain(
      '- At the tuned thresholds, which are not in the weights: macro-F1 0.800, micro-F1 0.700, whole sets right 0.600\n',
    );
    expect(text).toContain('predict each label whose sigmoid(logit) is at least its threshold.');
    expect(text).toContain('Thresholds: bank 0.25, farm (Farming) 0.5.');
    expect(text).toContain('decision = json.load(open("attune.json"))["decision"]');
    expect(visibleText(renderReport(many))).toContain(
      'At the tuned thresholds, which are not in the weights: macro-F1',
    );
  });

  it('of a temperature alone has no other figures', () => {
    const card = renderModelCard(single({ temperature: 0.5, applied: true }, { untuned: other }));
    expect(card).not.toContain('Without the offsets');
    expect(card).toContain('scores come from the logits divided by the temperature.');
  });
});

describe('a report of several labels a text', () => {
  const page = renderReport(sets);

  it('has the metrics of sets beside the baseline’s, and no confusion matrix', () => {
    const text = visibleText(page);
    expect(text).toContain('Whole sets right 50.0% +25.0 points');
    expect(text).toContain('Micro-F1 75.0% +25.0 points');
    expect(page).not.toContain('id="confusion"');
    expect(text).toContain('Labels per text 1 Texts without a label 1');
  });

  it('scores every label', () => {
    expect(tableRows(page, 'labels').slice(1, 3)).toEqual([
      ['bank', '0.667', '1.000', '0.800', '0.000', '+80.0', '2'],
      ['farm Farming', '1.000', '0.500', '0.667', '1.000', '−33.3', '2'],
    ]);
  });

  it('lists wrong decisions, the surest first', () => {
    expect(tableRows(page, 'errors').slice(1)).toEqual([
      ['<b>ships</b>', 'bank', 'wrongly assigned', '95.0%'],
      ['corn', 'farm Farming', 'missed', '30.0%'],
    ]);
    expect(page).not.toContain('<b>ships');
  });

  it('has a card', () => {
    const card = renderModelCard(sets);
    expect(card).toContain('A multi-label text classifier, trained with Attune.');
    expect(card).toContain('- Macro-F1: 0.833\n- Micro-F1: 0.750\n- Whole sets right: 0.500\n- Baseline');
    expect(card).toContain('| farm (Farming) | 1.000 | 0.500 | 0.667 | 2 |');
    expect(card).toContain('any number of these 2 labels to a text: bank, farm (Farming).');
  });

  it('refuses parts that do not fit', () => {
    const odd = { ...sets, test: { ...sets.test, yPred: [[1], [0, 0], [1, 0], [1, 0]] } };
    expect(() => renderReport(odd)).toThrow('test.yPred expected rows of 2');
  });
});

describe('a report of a regression', () => {
  const page = renderReport(values);

  it('has the errors beside the mean’s', () => {
    const text = visibleText(page);
    expect(text).toContain('Mean absolute error 7.5 the training texts’ mean for every text: 100'.replace('’', "'"));
    expect(text).toContain('R² 0.990');
    expect(page).not.toContain('id="confusion"');
    expect(tableRows(page, 'training')).toEqual([
      ['Epoch', 'Step', 'Training loss', 'Loss', 'Mean absolute error', 'Root mean squared error', 'R²'],
      ['1', '10', '9.0000', '4.0000', '1.5', '2', '0.900'],
    ]);
  });

  it('draws predicted values by true ones on one scale, and the residuals', () => {
    const dots = [...page.matchAll(/<circle cx="([\d.]+)" cy="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    // 100 … 420 over 366 by 238 units, from (60, 250).
    expect(dots[0]).toEqual([60, 250]);
    expect(dots[1]).toEqual([174.4, 183.1]);
    expect(dots[3]).toEqual([403.1, 12]);
    // Residuals −10, 0, 0, 20: in bins 0, 8 and 24 of 25.
    const bars = [...page.matchAll(/<rect x="([\d.]+)" y="([\d.]+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    expect(bars).toHaveLength(25);
    expect(bars.map(([, y]) => y).flatMap((y, i) => (y < 250 ? [[i, y]] : []))).toEqual([
      [0, 131],
      [8, 12],
      [24, 131],
    ]);
  });

  it('lists the largest errors', () => {
    expect(tableRows(page, 'errors').slice(1, 3)).toEqual([
      ['<b>ships</b>', '400', '420', '20'],
      ['corn', '200', '190', '-10'],
    ]);
  });

  it('has a card', () => {
    const card = renderModelCard(values);
    expect(card).toContain('A text regression, trained with Attune.');
    expect(card).toContain('- Mean absolute error: 7.5\n- Root mean squared error: 11.18\n- R²: 0.990\n- Baseline');
    expect(card).toContain('On average it predicts 2.5 too high.');
    expect(card).not.toContain('Results by class');
  });
});

it('several labels have the intervals of their differences', () => {
  const text = visibleText(renderReport(sets));
  expect(text).toMatch(
    /the difference, model minus baseline, is \S+ to \S+ points of macro-F1, \S+ to \S+ of micro-F1 and \S+ to \S+ of whole sets \(paired bootstrap/,
  );
});
