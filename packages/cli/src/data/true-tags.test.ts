import { entitiesOf, type TagScheme, tagsOfEntities } from '@attune/metrics';
import type { TaggedWords, TagReading } from '@attune/train';
import { schemeOfLabels } from '@attune/train/node';
import { describe, expect, it } from 'vitest';
import { entityLines } from '../tasks/token';
import { numberedTags, readingAs, trueTags } from './true-tags';

const words = 'in new york acme initech x'.split(' ');
const iob2 = 'O B-LOC I-LOC B-ORG B-ORG O'.split(' ');

/** The same entities in any scheme, those of one type apart where it cannot tell them apart. */
const written = (scheme: TagScheme): TaggedWords => {
  const entities = entitiesOf(iob2).filter(({ start }) => scheme !== 'IO' || start !== 4);
  return { words, tags: tagsOfEntities(entities, { length: words.length, scheme }), line: 1 };
};

/** What evaluation makes of a file for a model from elsewhere. */
const evaluated = (labels: readonly string[], file: TaggedWords, asked?: TagReading['scheme']) => {
  const notes: string[] = [];
  const reading = readingAs(asked, { labels, ...schemeOfLabels(labels) }, undefined);
  const options = { where: 'a.conll', labels, reading, asked, onNote: (note: string) => notes.push(note) };
  const [{ tags }] = trueTags([file], options);
  const { scheme, mode } = reading;
  return { reading: `${scheme} ${mode}`, tags: tags.join(' '), notes };
};

describe('true tags for a model from elsewhere', () => {
  const own = ['O', 'B-LOC', 'I-LOC', 'B-ORG', 'I-ORG'];

  it.each(['BILOU', 'IOBES', 'IOE2', 'IOB1', 'IO'] as const)('of B and I become its own from %s', (scheme) => {
    const tags = scheme === 'IO' ? 'O B-LOC I-LOC B-ORG O O' : iob2.join(' ');
    expect(evaluated(own, written(scheme), scheme)).toEqual({ reading: 'IOB2 default', tags, notes: [] });
  });

  it('of a scheme that is asked for by name are read strictly', () => {
    expect(evaluated(own, written('IOB2'), 'IOB2')).toEqual({
      reading: 'IOB2 strict',
      tags: iob2.join(' '),
      notes: [],
    });
  });

  it.each([
    ['of I alone, from IOB2', 'O I-LOC I-ORG', 'IOB2', 'IOB2 default', 'O I-LOC I-LOC I-ORG B-ORG O'],
    ['of I alone, from IOE2', 'O I-LOC I-ORG', 'IOE2', 'IOB2 default', 'O I-LOC I-LOC I-ORG B-ORG O'],
    ['of some B, from BILOU', 'O I-LOC I-ORG B-ORG', 'BILOU', 'IOB2 default', 'O I-LOC I-LOC I-ORG B-ORG O'],
    ['of some B, from IOB1', 'O I-LOC I-ORG B-ORG', 'IOB1', 'IOB1 strict', 'O I-LOC I-LOC I-ORG B-ORG O'],
    ['of I and E, from IOBES', 'O I-LOC E-LOC I-ORG E-ORG', 'IOBES', 'IOE2 default', 'O I-LOC E-LOC E-ORG E-ORG O'],
    ['of some E, from IOE2', 'O I-LOC I-ORG E-ORG', 'IOE2', 'IOE2 default', 'O I-LOC I-LOC E-ORG I-ORG O'],
    ['of BILOU, from IOBES', 'O B-LOC I-LOC L-LOC U-ORG', 'IOBES', 'BILOU strict', 'O B-LOC L-LOC U-ORG U-ORG O'],
    ['of types, from IOB2', 'O LOC ORG', 'IOB2', 'IO strict', 'O LOC LOC ORG ORG O'],
  ] as const)('%s', (_, labels, scheme, reading, tags) => {
    expect(evaluated(labels.split(' '), written(scheme), scheme)).toMatchObject({ reading, tags });
  });

  it.each(['BILOU', 'IOBES', 'IOE2', 'IO'] as const)(
    'of %s, which is not asked for, are told by its name',
    (scheme) => {
      expect(() => evaluated(own, written(scheme))).toThrow(new RegExp(`^a.conll, line .*pass --scheme ${scheme}\\b`));
    },
  );

  it('of names become the numbered labels that a model has for them', () => {
    const notes: string[] = [];
    const options = { labelList: ['O', 'B-LOC', 'I-LOC'], onNote: (note: string) => notes.push(note) };
    const file = [{ words: ['in', 'new', 'york'], tags: ['O', 'B-LOC', 'I-LOC'] }];
    const labels = ['LABEL_0', 'LABEL_1', 'LABEL_2'];
    expect(numberedTags(file, labels, options)).toEqual([{ words: file[0].words, tags: labels }]);
    expect(notes).toEqual([expect.stringContaining('LABEL_0 is O, LABEL_1 is B-LOC, LABEL_2 is I-LOC')]);
    expect(numberedTags(file, [...labels, 'LABEL_3'], options)).toBeUndefined();
    expect(numberedTags(file, ['O', 'B-LOC', 'I-LOC'], options)).toBeUndefined();
  });

  it('of which no word counts have no loss, in words', () => {
    const lines = entityLines({ accuracy: 0, loss: Number.NaN, perEntity: {}, scheme: 'none', mode: 'strict' });
    expect(lines).toMatch(/loss +none: the model has the tag of no word/);
    expect(lines).not.toContain('NaN');
  });

  it('of the last column of CoNLL-U are told by the columns to name', () => {
    const file = { words: ['zu', 'dem'], tags: ['_', 'SpaceAfter=No'], line: 1 };
    expect(() => evaluated(own, file)).toThrow(/got "_" for the word "zu".*--text 1 --label 3/);
  });

  it('of its own scheme and an unknown type are told by their list', () => {
    const file = { ...written('IOB2'), tags: iob2.map((tag) => tag.replace('ORG', 'PLACE')) };
    expect(() => evaluated(own, file)).toThrow(/got "B-PLACE".*--label-list/);
    expect(() => evaluated(own, { ...file, tags: iob2.map((tag) => tag.replace('B-ORG', 'X-ORG')) })).toThrow(
      /got "X-ORG"; did you mean "B-ORG".*--label-list/,
    );
  });
});
