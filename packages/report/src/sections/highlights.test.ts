import { describe, expect, it } from 'vitest';
import { toMarkup } from '../page/html';
import { type HighlightedText, highlightsSection, renderHighlights } from './highlights';

const span = (start: number, end: number, label = 'SKILL') => ({ start, end, label });
const marks = (text: HighlightedText) =>
  [...toMarkup(highlightsSection([text])).matchAll(/<mark class="([^"]+)" title="([^"]+)">(.*?)<\/mark>/gs)].map(
    ([, kinds, title, own]) => [own, kinds, title],
  );

describe('highlightsSection', () => {
  it('marks what was found, missed, and too much', () => {
    const text = { text: 'Java, SQL and tea', truth: [span(0, 4), span(6, 9)], predicted: [span(14, 17), span(0, 4)] };
    expect(marks(text)).toEqual([
      ['Java', 'truth predicted both', 'true: SKILL, predicted: SKILL'],
      ['SQL', 'truth', 'true: SKILL'],
      ['tea', 'predicted', 'predicted: SKILL'],
    ]);
    expect(toMarkup(highlightsSection([text]))).toContain('1 of 2 found, 1 spurious');
    expect(toMarkup(highlightsSection([text]))).not.toContain('<sub>');
  });

  it('cuts pieces where only one has them, and names labels that differ behind them', () => {
    const text = {
      text: 'advanced Java tests',
      truth: [span(0, 13, 'KNOWLEDGE')],
      predicted: [span(9, 13, 'SKILL'), span(14, 19, 'SKILL')],
    };
    expect(marks(text).map(([own, kinds]) => [own, kinds])).toEqual([
      ['advanced ', 'truth'],
      ['Java', 'truth predicted both differs'],
      ['tests', 'predicted'],
    ]);
    const page = toMarkup(highlightsSection([text]));
    expect(page).toContain('Java</mark><sub>SKILL, truly KNOWLEDGE</sub> <mark');
    expect(page).toContain('advanced </mark><mark'); // no label within a span
    expect(page).toContain('0 of 1 found, 2 spurious');
  });

  it('puts no markup of a text, a label or a name into the page', () => {
    const label = '"><script>alert(1)</script>';
    const page = renderHighlights({ title: '<b>', generatedAt: '2026-01-31' }, [
      { text: '<img src=x> & 😀', truth: [span(0, 11, label)], predicted: [span(14, 16, 'b')], name: '</h3><i>' },
    ]);
    expect(page).not.toMatch(/<img|<script>alert|<i>|<b>/);
    expect(page).toContain('&lt;img src=x&gt;</mark><sub>&quot;&gt;&lt;script&gt;');
    expect(page).toContain('😀</mark>');
    expect(page).toMatch(/^<!doctype html>.*Content-Security-Policy/s);
  });

  it('shows the first texts, and says of how many', () => {
    const texts = ['one', 'two', 'three'].map((text) => ({ text, truth: [], predicted: [] }));
    const page = toMarkup(highlightsSection(texts, { most: 2, note: 'F1 <.5' }));
    expect(page).toContain('The first 2 of 3 texts.');
    expect(page).toContain('F1 &lt;.5');
    expect(page).not.toContain('three');
  });

  it.each([
    ['beyond the text', [span(0, 5)]],
    ['empty', [span(2, 2)]],
    ['overlapping', [span(1, 3), span(0, 2)]],
  ])('refuses spans %s', (_, predicted) => {
    expect(() => highlightsSection([{ text: 'Java', truth: [], predicted }])).toThrow(
      'highlights: predicted of text 0 expected non-empty spans within its 4 characters that do not overlap',
    );
  });
});
