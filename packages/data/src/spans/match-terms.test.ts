import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MatchOptions, matchTerms, type Term, termMatcher } from './match-terms';
import type { EntitySpan } from './spans';

const skills: Term[] = ['Java', 'JavaScript', 'C++', 'C', 'machine learning', 'learning to rank texts'].map((term) => ({
  term,
  label: 'SKILL',
}));

const found = (text: string, options?: MatchOptions) =>
  matchTerms(text, skills, options).map(({ start, end }) => text.slice(start, end));

/** Every term at every place, then the longest that overlaps none before it. */
function naive(
  text: string,
  terms: readonly Term[],
  { caseSensitive, wholeWords, longest }: Required<MatchOptions>,
): EntitySpan[] {
  const fold = (own: string) => (caseSensitive ? own : own.toLowerCase());
  const all = terms.flatMap(({ term, label }) =>
    Array.from(text, (_, start) => ({ start, end: start + term.length, label })).filter(({ start, end }) => {
      if (fold(text.slice(start, end)) !== fold(term)) return false;
      const cut = (at: number) => /[a-zé]/i.test(text[at - 1] ?? '') && /[a-zé]/i.test(text[at] ?? '');
      return !wholeWords || !(cut(start) || cut(end));
    }),
  );
  all.sort((a, b) =>
    longest ? b.end - b.start - (a.end - a.start) || a.start - b.start : a.start - b.start || b.end - a.end,
  );
  const kept: EntitySpan[] = [];
  for (const span of all) if (kept.every(({ start, end }) => end <= span.start || start >= span.end)) kept.push(span);
  return kept.sort((a, b) => a.start - b.start);
}

describe('matchTerms', () => {
  it('finds whole words in any case, the longest first', () => {
    expect(found('JAVA, javascript and c++ (not Javas or xC)')).toEqual(['JAVA', 'javascript', 'c++']);
    expect(found('machine learning to rank texts')).toEqual(['learning to rank texts']);
    expect(found('machine learning to rank texts', { longest: false })).toEqual(['machine learning']);
    expect(found('java Java', { caseSensitive: true })).toEqual(['Java']);
    expect(found('Javas', { wholeWords: false })).toEqual(['Java']);
  });

  it('gives places in UTF-16 units, also where lower case is longer, and behind letters outside the first plane', () => {
    const terms = [{ term: 'σας', label: 'X' }];
    expect(matchTerms('😀 İ ΣΑΣ', terms)).toEqual([{ start: 5, end: 8, label: 'X' }]);
    expect(matchTerms('𝒜σας σας𝒜', terms)).toEqual([]);
  });

  it('equals comparing every term at every place', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', 'é', ' ', '+'), maxLength: 24 });
    const term = fc.string({ unit: fc.constantFrom('a', 'b', 'B', 'é', ' ', '+'), minLength: 1, maxLength: 4 });
    const list = fc.uniqueArray(term, { selector: (own) => own.toLowerCase(), maxLength: 8 });
    const options = fc.record({ caseSensitive: fc.boolean(), wholeWords: fc.boolean(), longest: fc.boolean() });
    fc.assert(
      fc.property(text, list, options, (own, words, how) => {
        const terms = words.map((word, i) => ({ term: word, label: `L${i}` }));
        expect(matchTerms(own, terms, how)).toEqual(naive(own, terms, how));
      }),
      { numRuns: 2000 },
    );
  });

  it('takes time in proportion to the text, whatever the terms', () => {
    const terms = Array.from({ length: 2000 }, (_, i) => ({ term: `${'a'.repeat(50)}${i}`, label: 'X' }));
    const spansOf = termMatcher(terms);
    const start = performance.now();
    expect(spansOf(`${'a'.repeat(1_000_000)}7`)).toEqual([]);
    expect(spansOf(`${'a'.repeat(50)}1999 x`)).toEqual([{ start: 0, end: 54, label: 'X' }]);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  it('refuses empty terms and two labels for one', () => {
    expect(() => matchTerms('a', [{ term: '', label: 'X' }])).toThrow('non-empty');
    const twice = [
      { term: 'a', label: 'X' },
      { term: 'A', label: 'Y' },
    ];
    expect(() => matchTerms('a', twice)).toThrow('"A" expected one label, got "X" and "Y"');
    expect(matchTerms('A', twice, { caseSensitive: true })).toEqual([{ start: 0, end: 1, label: 'Y' }]);
  });
});
