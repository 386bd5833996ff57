import { describe, expect, it } from 'vitest';
import { sampleData, tableRows, visibleText } from '../../test/sample';
import { renderModelCard, renderReport } from '../reports';
import type { MultiLabelReportData } from './multi-label';
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

describe('a report of several labels a text', () => {
  const page = renderReport(sets);

  it('has the metrics of sets beside the baseline’s, and no confusion matrix', () => {
    const text = visibleText(page);
    expect(text).toContain('Whole sets right 50.0% +25.0 points');
    expect(text).toContain('Micro-F1 75.0% +25.0 points');
    expect(page).not.toContain('id="confusion"');
    expect(text).toContain('Labels a text 1 Texts without a label 1');
  });

  it('scores every label', () => {
    expect(tableRows(page, 'labels').slice(1, 3)).toEqual([
      ['bank', '0.667', '1.000', '0.800', '0.000', '+80.0', '2'],
      ['farm Farming', '1.000', '0.500', '0.667', '1.000', '−33.3', '2'],
    ]);
  });

  it('lists wrong decisions, the surest first', () => {
    expect(tableRows(page, 'errors').slice(1)).toEqual([
      ['<b>ships</b>', 'bank', 'given wrongly', '95.0%'],
      ['corn', 'farm Farming', 'missed', '30.0%'],
    ]);
    expect(page).not.toContain('<b>ships');
  });

  it('has a card', () => {
    const card = renderModelCard(sets);
    expect(card).toContain('A multi-label text classifier, trained with Attune.');
    expect(card).toContain('- Macro-F1: 0.833\n- Micro-F1: 0.750\n- Whole sets right: 0.500\n- Baseline');
    expect(card).toContain('| farm (Farming) | 1.000 | 0.500 | 0.667 | 2 |');
    expect(card).toContain('any number of 2 labels: bank, farm (Farming).');
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
    expect(card).toContain('On average it predicts 2.5 too much.');
    expect(card).not.toContain('Results by class');
  });
});
