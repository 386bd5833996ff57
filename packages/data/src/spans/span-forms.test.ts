import { describe, expect, it } from 'vitest';
import { countsCodePoints, fromCodePoints, spanOf } from './span-forms';

const span = (start: number, end: number) => ({ start, end, label: 'SKILL' });

describe('spanOf', () => {
  it.each<[string, unknown]>([
    ['Prodigy', { start: 6, end: 10, label: 'SKILL', token_start: 1, token_end: 1 }],
    ['doccano', [6, 10, 'SKILL']],
    ['doccano with relations', { id: 7, start_offset: 6, end_offset: 10, label: 'SKILL' }],
    ['Label Studio', { start: 6, end: 10, text: 'Java', labels: ['SKILL'] }],
    ['pipelines of transformers', { entity_group: 'SKILL', score: 0.9, word: 'Java', start: 6, end: 10 }],
  ])('reads the form of %s', (_, value) => {
    expect(spanOf(value)).toEqual(span(6, 10));
  });

  it.each<[string, unknown]>([
    ['two labels', { start: 6, end: 10, labels: ['SKILL', 'TOOL'] }],
    ['no label', { start: 6, end: 10 }],
    ['an empty span', [6, 6, 'SKILL']],
    ['a start below 0', [-1, 6, 'SKILL']],
    ['texts for numbers', ['6', '10', 'SKILL']],
    ['four values', [6, 10, 'SKILL', 1]],
    ['nothing', null],
  ])('does not read %s', (_, value) => {
    expect(spanOf(value)).toBeUndefined();
  });
});

describe('offsets in code points', () => {
  const text = '🚀 Java, 🧪 tests';

  it('become UTF-16 units', () => {
    const [java, tests, outside] = fromCodePoints(text, [span(2, 6), span(10, 15), span(10, 17)]);
    expect(text.slice(java.start, java.end)).toBe('Java');
    expect(text.slice(tests.start, tests.end)).toBe('tests');
    expect(outside.end).toBe(text.length + 2);
  });

  it.each<[string, boolean, { text: string; spans: { start: number; end: number; label: string }[] }[]]>([
    ['fit the words', true, [{ text, spans: [span(2, 6), span(10, 15)] }]],
    ['do not fit the words', false, [{ text, spans: [span(3, 7), span(12, 17)] }]],
    ['come before the first such character', false, [{ text: 'Java 🚀', spans: [span(0, 3)] }]],
    ['would end outside a text', false, [{ text, spans: [span(2, 6), span(12, 17)] }]],
    ['are in a text without such characters', false, [{ text: 'Knows Java', spans: [span(5, 9)] }]],
  ])('are told by the words: they %s', (_, expected, texts) => {
    expect(countsCodePoints(texts)).toBe(expected);
  });
});
