import { describe, expect, it } from 'vitest';
import { seededRandom } from '../random';
import { fill, piecesText, wordCount } from './fill';
import { withTypos } from './write-text';

describe('fill', () => {
  it('writes an before a vowel, and a capital first', () => {
    expect(piecesText(fill('{kind} or a {kind}, a {other}', { kind: 'airline', other: 'bus' }))).toBe(
      'Airline or an airline, a bus',
    );
  });

  it('keeps skills as pieces of their own', () => {
    expect(fill('know {k}.', { k: { text: 'SQL', type: 'KNOWLEDGE' } })).toEqual([
      { text: 'Know ' },
      { text: 'SQL', type: 'KNOWLEDGE' },
      { text: '.' },
    ]);
  });

  it('refuses a name it has no value for', () => {
    expect(() => fill('{nobody}', {})).toThrow('{nobody}');
  });
});

describe('wordCount', () => {
  it('counts runs with a letter or a number', () => {
    expect(wordCount('👉 on-site,\n- 3 – Élan & Co.')).toBe(4);
  });
});

describe('withTypos', () => {
  const text = 'Maintenance of the machine, every morning';

  it('changes long words only, at rate 1 all of them', () => {
    const { text: changed } = withTypos({ text }, 1, seededRandom(3));
    const words = changed.split(/[ ,]+/);
    const originals = text.split(/[ ,]+/);
    for (const [i, word] of words.entries()) {
      const touched = originals[i].length >= 6;
      if (!touched) expect(word).toBe(originals[i]);
      expect(Math.abs(word.length - originals[i].length)).toBeLessThanOrEqual(touched ? 1 : 0);
    }
    expect(words.filter((word, i) => word !== originals[i]).length).toBeGreaterThanOrEqual(2);
  });

  it('leaves the text alone at rate 0', () => {
    expect(withTypos({ text }, 0, seededRandom(3)).text).toBe(text);
  });
});
