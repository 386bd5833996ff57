import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleData, tableRows, visibleText } from '../../test/sample';
import type { MultiLabelReportData } from '../kinds/multi-label-data';
import type { RegressionReportData } from '../kinds/regression';
import { renderReport } from '../reports';
import { renderRunComparison } from './compare-runs';
import { predictionLines } from './predictions';
import { readPredictions } from './read-predictions';
import { type RunFiles, renderRun } from './render-run';
import { evenly } from './rows';

const { labels, test: _, baseline: __, labelNames: ___, ...files } = sampleData();
const run: RunFiles = { ...files, place: 'runs/sectors', predictions: predictionLines(sampleData()) };

describe('predictions.jsonl', () => {
  it('is a line about all, then a line per text with labels by name', () => {
    const [about, first, ...rest] = predictionLines(sampleData())
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(about).toEqual({
      about: { kind: 'single-label', labels, labelNames: sampleData().labelNames, title: 'Sectors' },
    });
    expect(first).toEqual({
      text: 'wheat farming',
      label: '11',
      predicted: '11',
      score: 0.9,
      trueScore: 0.9,
      baseline: '11',
    });
    expect(rest).toHaveLength(5);
  });

  it('gives the page that the data gives', () => {
    const { place: _place, ...placeless } = run;
    expect(renderRun(placeless)).toBe(renderReport(sampleData()));
  });

  it('keeps lines, counts and what was cut', () => {
    const more = { trainCounts: [4, 3, 2], cut: { train: 1, test: 0, maxLength: 8 } };
    const data = sampleData({ ...more, test: { ...sampleData().test, lines: [2, 3, 4, 5, 6, 7], file: 'a.csv' } });
    expect(renderRun({ ...files, predictions: predictionLines(data) })).toBe(renderReport(data));
  });

  it('gives the page of several labels, and of numbers', () => {
    const { untuned: _untuned, tuned: _tuned, ...figures } = sampleData().summary;
    const summary = { ...figures, microF1: 0.5 };
    const several: MultiLabelReportData = {
      ...{ ...files, problemType: 'multi_label_classification', labels: ['a', 'b'] },
      summary: { ...summary, baseline: { accuracy: 0, microF1: 0, macroF1: 0 } },
      test: {
        texts: ['x', 'y'],
        yTrue: [
          [1, 0],
          [1, 1],
        ],
        yPred: [
          [1, 1],
          [0, 1],
        ],
        scores: [0.9, 0.75, 0.25, 0.5],
      },
      baseline: {
        yPred: [
          [0, 0],
          [1, 1],
        ],
      },
    };
    const page = renderReport(several);
    expect(renderRun({ ...files, summary: several.summary, predictions: predictionLines(several) })).toBe(page);
    expect(visibleText(page)).toContain('No difference from the baseline is shown');
    const numbers: RegressionReportData = {
      ...{ ...files, problemType: 'regression' },
      summary: { ...sampleData().summary, mse: 1, mae: 1, rmse: 1, r2: 0.5, baseline: null },
      test: { texts: ['x', 'y'], yTrue: [1, 2], yPred: [1.5, 3.5] },
    };
    const ofNumbers = { ...files, summary: numbers.summary, predictions: predictionLines(numbers) };
    expect(renderRun(ofNumbers)).toBe(renderReport(numbers));
    expect(visibleText(renderReport(numbers))).toContain('95% interval 0.5 to 1.5');
  });

  it('keeps an even sample of very many texts, which the page says', () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 100 }), (count, most) => {
        const kept = evenly(count, most);
        expect(kept).toHaveLength(Math.min(count, most));
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.every((i) => i >= 0 && i < count)).toBe(true);
      }),
    );
    const n = 20_050;
    const ids = Int32Array.from({ length: n }, (_, i) => i % 3);
    const test = {
      texts: Array.from(ids, (id) => 'x'.repeat(3000 + id)),
      yTrue: ids,
      yPred: ids,
      scores: new Array(n).fill(0.5),
    };
    const summary = { ...sampleData().summary, testExamples: n };
    const predictions = predictionLines(sampleData({ test, summary, baseline: undefined }));
    expect(predictions.length).toBeLessThan(30e6);
    expect(predictions.trimEnd().split('\n')).toHaveLength(20_001);
    const shown = visibleText(renderRun({ ...files, summary, predictions }));
    expect(shown).toContain('All 20,000 kept test texts were predicted right.');
    expect(shown).toContain(
      'Metrics are for all 20,050 texts. Intervals, tables and charts are for an even sample of 20,000',
    );
  });

  it.each([
    ['', 'line 1: expected a JSON object'],
    ['{"text": 1}', 'line 1: expected a line about the predictions'],
    ['{"about": {"kind": "regression"}}\n{"text": "a"}', 'line 2: expected a number "value"'],
    [
      '{"about": {"kind": "single-label", "labels": ["a"]}}\n{"text": "a", "label": "b"}',
      'line 2: expected one of the 1 labels',
    ],
    ['{"about": {"kind": "tags"}}\n{"words": [1]}', 'line 2: expected a list of texts "words"'],
    ['{"about": {"kind": "regression"}}\n[]', 'line 2: expected a JSON object'],
  ])('refuses %j', (text, problem) => {
    expect(() => readPredictions(text)).toThrow(problem);
  });
});

describe('a run without predictions', () => {
  it('has what its other files say, and a note', () => {
    const { predictions: _predictions, ...older } = run;
    const page = renderRun(older);
    expect(visibleText(page)).toContain('Result on 6 test texts The run has no predictions.jsonl');
    expect(tableRows(page, 'metrics')).toEqual([
      ['Metric', 'Model', 'Baseline'],
      ['Accuracy', '0.667', '0.500'],
      ['Macro-F1', '0.656', '0.489'],
      ['Loss', '0.9100', '–'],
    ]);
    expect(tableRows(page, 'training')).toHaveLength(3);
    expect(page).not.toMatch(/undefined|NaN/);
  });
});

describe('a comparison of runs', () => {
  const other = sampleData({ test: { ...sampleData().test, yPred: [0, 0, 1, 1, 2, 2] } });
  const second: RunFiles = {
    ...run,
    place: 'runs/<b>',
    config: { ...run.config, seed: 7 },
    summary: { ...other.summary, accuracy: 1 } as RunFiles['summary'],
    predictions: predictionLines(other),
  };
  const head = { title: 'Two seeds', generatedAt: '2026-01-31' };
  const page = renderRunComparison(head, [run, second]);

  it('has metrics side by side, the settings that differ, and curves', () => {
    expect(tableRows(page, 'metrics').map((row) => row.slice(0, 4))).toEqual([
      ['Run', 'Accuracy', 'Macro-F1', 'Loss'],
      ['runs/sectors', '0.667', '0.656', '0.9100'],
      ['runs/<b>', '1.000', '0.656', '0.9100'],
    ]);
    expect(tableRows(page, 'settings')).toEqual([
      ['Setting', 'runs/sectors', 'runs/<b>'],
      ['seed', '42', '7'],
    ]);
    expect(visibleText(page)).toContain('4 other settings are the same in all runs.');
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).not.toContain('<b>');
  });

  it('claims a difference only where its interval has no 0', () => {
    const rows = tableRows(page, 'differences').slice(1);
    expect(rows.map((row) => [row[1], row[2], row[4]])).toEqual([
      ['Accuracy', '+33.3', 'no difference shown'],
      ['Macro-F1', '+33.3', 'no difference shown'],
    ]);
  });

  it('does not hold runs against each other that were measured on other texts', () => {
    const elsewhere = sampleData({ test: { ...sampleData().test, texts: ['a', 'b', 'c', 'd', 'e', 'f'] } });
    const apart = renderRunComparison(head, [run, { ...second, predictions: predictionLines(elsewhere) }]);
    expect(tableRows(apart, 'differences')).toEqual([]);
    expect(visibleText(apart)).toContain('1 run cannot be compared with it: its predictions are for other texts.');
    const { predictions: _, ...older } = second;
    expect(visibleText(renderRunComparison(head, [run, older]))).toContain('compared with it: it has no predictions.');
    const both = visibleText(renderRunComparison(head, [run, second, older]));
    expect(both).toContain(
      'No difference is shown where 0 lies within the interval. 1 run cannot be compared with it: it has no predictions.',
    );
    expect(() => renderRunComparison(head, [run])).toThrow('expected at least 2 runs, got 1');
  });

  it('says why runs of other tasks, and language models, are not held against each other', () => {
    const ofTask = (task: string, summary: object): RunFiles => ({
      ...run,
      config: { task },
      summary: { ...run.summary, ...summary },
      predictions: `${JSON.stringify({ about: { kind: 'guesses' } })}\n`,
    });
    const text = (...runs: RunFiles[]) => visibleText(renderRunComparison(head, runs));
    expect(text(run, ofTask('masked-lm', { chunkLength: 32 }))).toContain('it was trained for another task');
    const masked = [32, 16].map((chunkLength) => ofTask('masked-lm', { chunkLength }));
    expect(text(...masked)).toContain('language models keep no loss per text');
    expect(text(...masked)).toContain(
      'measured on different texts (6 test texts in chunks of 32 tokens, 6 test texts in chunks of 16 tokens)',
    );
    expect(text(masked[0], masked[0])).toContain('Each was measured on 6 test texts in chunks of 32 tokens');
  });
});
