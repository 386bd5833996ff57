import { averagePrecision } from '@attune/metrics';
import { describe, expect, it } from 'vitest';
import { tableRows, visibleText } from '../../test/sample';
import { toMarkup } from '../page/html';
import { renderPage } from '../page/page';
import { confusionSection } from './confusion';
import { featureImportanceSection } from './feature-importance';
import { groupRatesSection } from './group-rates';
import { precisionRecallSection } from './precision-recall';
import { tableSection } from './table-section';

describe('tableSection', () => {
  it('shows rows, escaped, numbers to the right', () => {
    const columns = ['Model', { name: 'F1', number: true }] as const;
    const section = tableSection({ id: 'models', heading: 'Models', columns, rows: [['<b>', '0.71']] });
    const page = renderPage({ title: 'T', generatedAt: 'now' }, [section]);
    expect(tableRows(page, 'models')).toEqual([
      ['Model', 'F1'],
      ['<b>', '0.71'],
    ]);
    expect(page).toContain('<td class="number">0.71</td>');
    expect(page).not.toContain('<b>');
    expect(() => tableSection({ id: 'x', heading: 'X', columns, rows: [['a']] })).toThrow('row 0 expected 2 cells');
  });
});

describe('precisionRecallSection', () => {
  const [yTrue, scores] = [
    [0, 0, 1, 1],
    [0.1, 0.4, 0.35, 0.8],
  ];

  it('gives the average precision of each model, and chance', () => {
    const text = visibleText(
      `<body>${toMarkup(
        precisionRecallSection(yTrue, [
          { name: 'A', scores },
          { name: 'B', scores: [1, 1, 1, 1] },
        ]),
      )}`,
    );
    expect(text).toContain('2 positives of 4 examples: chance is a precision of 50.0%');
    expect(averagePrecision(yTrue, scores)).toBeCloseTo(0.8333, 4);
    expect(text).toMatch(/A 0\.833\s+B 0\.500/);
  });

  it('draws both axes from 0 to 1, and the steps that average precision adds up', () => {
    const section = toMarkup(precisionRecallSection(yTrue, [{ name: 'A', scores }]));
    const ticks = [...section.matchAll(/<text[^>]*>(\d+%)</g)].map(([, tick]) => tick);
    const shares = ['0%', '20%', '40%', '60%', '80%', '100%'];
    expect(ticks).toEqual([...shares, ...shares]);
    const [, path] = /<path d="M([^"]*)"[^>]*stroke="var\(--model\)" stroke-width="2.25"/.exec(section)!;
    const corners = path.split('L').map((corner) => corner.split(' ').map(Number));
    // By falling threshold: 1 of 1 right, 1 of 2, 2 of 3, 2 of 4.
    const recalls = [0, 0.5, 0.5, 0.5, 1, 1];
    const precisions = [1, 1, 1 / 2, 2 / 3, 2 / 3, 1 / 2];
    const [left, right] = [corners[0][0], corners[5][0]];
    const [top, height] = [corners[0][1], 2 * (corners[2][1] - corners[0][1])];
    for (const [i, [x, y]] of corners.entries()) {
      expect((x - left) / (right - left)).toBeCloseTo(recalls[i], 2);
      expect(1 - (y - top) / height).toBeCloseTo(precisions[i], 2);
    }
    expect(corners).toHaveLength(6);
    expect(section).not.toContain('>A</text>'); // named beside the drawing, where long names have room
    expect(section).toContain('<dt style="--curve:var(--model)">A</dt>');
  });

  it('refuses none, and more than it has colors for', () => {
    expect(() => precisionRecallSection(yTrue, [])).toThrow(RangeError);
    expect(() => precisionRecallSection(yTrue, new Array(5).fill({ name: 'A', scores }))).toThrow('got 5');
  });
});

it('featureImportanceSection draws bars in proportion to the largest weight', () => {
  const section = toMarkup(
    featureImportanceSection({
      label: 'high',
      positive: [{ term: '2021 <', weight: 1.5 }],
      negative: [{ term: '2016', weight: -3 }],
    }),
  );
  expect(section).toContain('<span dir="auto">2021 &lt;</span><span>1.5</span><i style="--share:0.5000">');
  expect(section).toContain('<span dir="auto">2016</span><span>-3</span><i style="--share:1.0000">');
  expect(toMarkup(featureImportanceSection({ label: 'a', positive: [], negative: [] }))).toContain('None.');
});

it('groupRatesSection gives rates, and how far groups are apart', () => {
  const section = groupRatesSection({
    yTrue: [1, 1, 0, 1, 0, 0],
    yPred: [1, 0, 0, 1, 1, 0],
    groups: ['a', 'a', 'a', 'b', 'b', 'c'],
    by: 'region',
  });
  expect(tableRows(toMarkup(section), 'groups').slice(1)).toEqual([
    ['a', '0.333', '0.500', '0.000', '1.000', '0.667', '3'],
    ['b', '1.000', '1.000', '1.000', '0.500', '0.500', '2'],
    ['c', '0.000', '–', '0.000', '–', '1.000', '1'],
    ['All', '0.500', '0.667', '0.333', '0.667', '0.667', '6'],
    ['Difference', '1.000', '0.500', '', '0.500', '0.500', ''],
    ['Ratio', '0.000', '0.500', '', '0.500', '0.500', ''],
  ]);
});

it('the confusion matrix needs labels and class ids alone', () => {
  const page = renderPage({ title: 'T', generatedAt: 'now' }, [
    confusionSection({ labels: ['low', 'high'], test: { yTrue: [0, 0, 1], yPred: [0, 1, 1] } }),
  ]);
  expect(tableRows(page, 'confusion').slice(1)).toEqual([
    ['low', '1', '1'],
    ['high', '', '1'],
  ]);
});
