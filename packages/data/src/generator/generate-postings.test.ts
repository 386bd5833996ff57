import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrangementOf, sectorByKeywords } from '../../test/postings';
import { wordCount } from './fill';
import { generatePostings } from './generate-postings';
import { type Posting, postingSectors } from './posting';

const content = ({ id: _id, sector: _sector, ...rest }: Posting) => rest;
const share = (postings: readonly Posting[], holds: (posting: Posting, index: number) => boolean) =>
  postings.filter(holds).length / postings.length;

const anyOptions = fc.record({
  seed: fc.maxSafeNat(),
  difficulty: fc.double({ min: 0, max: 1, noNaN: true }),
  duplicates: fc.constantFrom(0, 0.5),
  labelNoise: fc.constantFrom(0, 0.5),
});

describe('generatePostings', () => {
  it('gives the same posting whatever the count', () => {
    fc.assert(
      fc.property(anyOptions, fc.nat(60), (options, count) => {
        const many = generatePostings({ ...options, count: 60 });
        expect(generatePostings({ ...options, count })).toEqual(many.slice(0, count));
      }),
      { numRuns: 20 },
    );
  });

  it('says exactly where the skills are, in order and apart', () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        for (const { text, skills } of generatePostings({ ...options, count: 30 })) {
          expect(skills.length).toBeGreaterThanOrEqual(2);
          for (const [i, { start, end, text: skill }] of skills.entries()) {
            expect(text.slice(start, end)).toBe(skill);
            expect(start).toBeGreaterThan(i === 0 ? 0 : skills[i - 1].end);
            // A skill is whole words: nothing of a word is left on either side.
            expect(text.slice(start - 1, start) + text.slice(end, end + 1)).toMatch(/^[\s\p{S}][\s.,:]?$/u);
          }
        }
      }),
      { numRuns: 20 },
    );
  });

  it('keeps to the lengths asked for', () => {
    const bounds = fc.tuple(fc.integer({ min: 80, max: 300 }), fc.integer({ min: 36, max: 200 }));
    fc.assert(
      fc.property(bounds, fc.nat(), ([fewest, more], seed) => {
        const wordsPerPosting = [fewest, fewest + more] as const;
        for (const { text } of generatePostings({ count: 10, seed, wordsPerPosting })) {
          expect(wordCount(text)).toBeGreaterThanOrEqual(fewest);
          expect(wordCount(text)).toBeLessThanOrEqual(fewest + more);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('writes the longest texts though skills run out', () => {
    for (const { text } of generatePostings({ count: 40, wordsPerPosting: [964, 1000] })) {
      expect(wordCount(text)).toBeGreaterThanOrEqual(964);
      expect(wordCount(text)).toBeLessThanOrEqual(1000);
    }
  });

  it.each([0, 7, 42])('has every sector among 44 postings, the common ones four times, with seed %i', (seed) => {
    const counts = new Map<string, number>();
    for (const { sector } of generatePostings({ count: 44, seed })) counts.set(sector, (counts.get(sector) ?? 0) + 1);
    expect([...counts.keys()].sort()).toEqual([...postingSectors.keys()].sort());
    expect([counts.get('62'), counts.get('44-45'), counts.get('99'), counts.get('52')]).toEqual([4, 4, 1, 2]);
    expect(postingSectors.size).toBe(21);
  });

  it('repeats no text unless asked to, and then as often', () => {
    const texts = (duplicates: number) =>
      new Set(generatePostings({ count: 3000, duplicates }).map(({ text }) => text)).size;
    expect(texts(0)).toBe(3000);
    expect(texts(0.2)).toBeGreaterThan(3000 * 0.77);
    expect(texts(0.2)).toBeLessThan(3000 * 0.83);
  });

  it('repeats earlier postings whole', () => {
    const plain = generatePostings({ count: 300 });
    const repeated = generatePostings({ count: 300, duplicates: 0.3 });
    for (const [i, posting] of repeated.entries()) {
      const source = plain.findIndex(({ text }) => text === posting.text);
      expect(source).toBeLessThanOrEqual(i);
      expect(content(posting)).toEqual(content(plain[source]));
    }
  });

  it('puts a wrong sector on the share of labels asked for, and changes nothing else', () => {
    const clean = generatePostings({ count: 2000 });
    const noisy = generatePostings({ count: 2000, labelNoise: 0.3 });
    expect(noisy.map(content)).toEqual(clean.map(content));
    expect(share(clean, ({ sector, trueSector }) => sector !== trueSector)).toBe(0);
    expect(share(noisy, ({ sector, trueSector }) => sector !== trueSector)).toBeCloseTo(0.3, 1);
    expect(share(generatePostings({ count: 50, labelNoise: 1 }), (p) => p.sector === p.trueSector)).toBe(0);
  });

  it('grows harder for one who counts keywords', () => {
    const accuracy = (difficulty: number) =>
      share(generatePostings({ count: 1000, difficulty }), (p) => sectorByKeywords(p.text) === p.trueSector);
    expect(accuracy(0)).toBeGreaterThan(0.9);
    expect(accuracy(1)).toBeLessThan(0.6);
  });

  it('is different for another seed, also one past 2³²', () => {
    const first = [1, 2, 1 + 2 ** 32].map((seed) => generatePostings({ count: 1, seed })[0].text);
    expect(new Set(first).size).toBe(3);
  });

  it('has all three places of work, on site the most', () => {
    const postings = generatePostings({ count: 2000 });
    const of = (name: string) => share(postings, ({ arrangement }) => arrangement === name);
    expect([of('on-site'), of('remote'), of('hybrid')].map((x) => Math.round(20 * x))).toEqual([9, 6, 5]);
    for (const { text, arrangement } of postings) expect(arrangementOf(text)).toBe(arrangement);
  });

  it('gives these very words on every machine', () => {
    const [{ id, title, company, text, sector, skills }] = generatePostings({ count: 1, seed: 7 });
    expect([id, title, company, sector]).toEqual(['posting-000000', 'Trainer', 'Marlowe & Pike', '62']);
    expect(text.slice(0, 60)).toBe('Join Marlowe & Pike as a Trainer (Millhaven, Indiana). No la');
    expect(skills.at(-1)).toEqual({ start: 1383, end: 1396, text: 'photo editing', type: 'KNOWLEDGE' });
  });

  it.each([
    { count: -1 },
    { count: 1.5 },
    { count: 1, seed: -1 },
    { count: 1, difficulty: 1.1 },
    { count: 1, labelNoise: Number.NaN },
    { count: 1, duplicates: -0.1 },
    { count: 1, wordsPerPosting: [79, 300] as const },
    { count: 1, wordsPerPosting: [100, 135] as const },
    { count: 1, wordsPerPosting: [100, 1001] as const },
  ])('refuses %j', (options) => {
    expect(() => generatePostings(options)).toThrow(RangeError);
  });
});
