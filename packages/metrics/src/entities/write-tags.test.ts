import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf } from './entities';
import { tagSchemes } from './schemes';
import { tagsOfEntities } from './write-tags';

const people = [
  { type: 'PER', start: 0, end: 1 },
  { type: 'PER', start: 1, end: 2 },
  { type: 'LOC', start: 3, end: 6 },
];

describe('tagsOfEntities', () => {
  it.each([
    ['IOB1', 'I-PER B-PER O I-LOC I-LOC I-LOC'],
    ['IOB2', 'B-PER B-PER O B-LOC I-LOC I-LOC'],
    ['IOE1', 'E-PER I-PER O I-LOC I-LOC I-LOC'],
    ['IOE2', 'E-PER E-PER O I-LOC I-LOC E-LOC'],
    ['IOBES', 'S-PER S-PER O B-LOC I-LOC E-LOC'],
    ['BILOU', 'U-PER U-PER O B-LOC I-LOC L-LOC'],
    ['IO', 'PER PER O LOC LOC LOC'],
  ] as const)('writes %s', (scheme, tags) => {
    expect(tagsOfEntities(people, { length: 6, scheme })).toEqual(tags.split(' '));
  });

  it('writes what entitiesOf reads, in every scheme that tells neighbors of one type apart', () => {
    const pieces = fc.array(
      fc.record({ gap: fc.nat(1), words: fc.integer({ min: 1, max: 3 }), type: fc.constantFrom('A', 'B-C', '_') }),
    );
    const schemes = tagSchemes.filter((scheme) => scheme !== 'IO' && scheme !== 'IOE1');
    fc.assert(
      fc.property(pieces, fc.constantFrom(...schemes), (all, scheme) => {
        let at = 0;
        const entities = all.map(({ gap, words, type }) => {
          const start = at + gap;
          at = start + words;
          return { type, start, end: at };
        });
        const tags = tagsOfEntities(entities, { length: at + 1, scheme });
        expect(entitiesOf(tags, { scheme })).toEqual(entities);
      }),
    );
  });
});
