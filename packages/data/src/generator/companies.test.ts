import { describe, expect, it } from 'vitest';
import { generatePostings } from './generate-postings';
import { plural, sectorWords } from './sectors';

/** Patterns that a reader would trust, written apart from the templates: what is caught is the employer's, or is not. */
const employer = [
  /: it is an? (.+?)\./,
  / is an? ([^.,]+?), not an? /,
  /, today an? (.+?), grew/,
  /and kept the (.+?)\./,
  /; we run (?:the|an?) (.+?)\./,
  /what we sell is (.+?)[.;]/i,
  / and ([^.]+?) is what we sell them/,
  /we are one of the (.+?) of /i,
  / provides (.+?) to /,
  / in \w+ knows our (.+?)\./,
];
const notTheEmployer = [
  / is not an? (.+?): it/,
  /, not an? (.+?)\./,
  /grew out of an? (.+?)\./,
  /what we buy is (.+?)[.;]/i,
  /neither an? (.+?) nor/,
  / nor an? (.+?);/,
  /We sold the (.+?) in/,
  /Our customers are (.+?), and/,
];

const termsOf = (code: string) => {
  const { kinds, offers } = sectorWords[code] ?? { kinds: [], offers: [] };
  return [...kinds, ...kinds.map(plural), ...offers];
};

describe('what employers say of themselves', () => {
  const postings = generatePostings({ count: 1500, difficulty: 0.7 });
  const caught = (pattern: RegExp) =>
    postings.flatMap(({ text, trueSector }) => {
      const term = pattern.exec(text.split('\n')[0])?.[1];
      return term === undefined ? [] : [{ term, terms: termsOf(trueSector) }];
    });

  it.each(employer)('%s names the labeled sector', (pattern) => {
    const found = caught(pattern);
    expect(found.length).toBeGreaterThan(20);
    for (const { term, terms } of found) expect(terms.map(lower)).toContain(lower(term));
  });

  it.each(notTheEmployer)('%s names another', (pattern) => {
    const found = caught(pattern);
    expect(found.length).toBeGreaterThan(5);
    for (const { term, terms } of found) expect(terms.map(lower)).not.toContain(lower(term));
  });

  it('shares no name between two sectors', () => {
    const all = Object.values(sectorWords).flatMap(({ kinds, offers }) => [...kinds, ...offers]);
    expect(new Set(all).size).toBe(all.length);
  });
});

const lower = (text: string) => text.toLowerCase();
