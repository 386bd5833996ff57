import type { TagScheme } from '@attune/metrics';
import { describe, expect, it } from 'vitest';
import { checkTags } from './check-tags';
import type { TaggedWords } from './examples';

/** Sentences of tags, `|` between them, a word a line from line 1, an empty line after each sentence. */
function sentencesOf(tags: string): TaggedWords[] {
  let line = 1;
  return tags.split(' | ').map((own) => {
    const each = own.split(' ');
    const sentence = { line, words: each.map((_, i) => `w${i}`), tags: each };
    line += each.length + 1;
    return sentence;
  });
}

function checked(tags: string, scheme: TagScheme | 'none' = 'IOB2') {
  const notes: string[] = [];
  try {
    checkTags(sentencesOf(tags), { scheme, where: 'x.conll', onNote: (note) => notes.push(note) });
  } catch (error) {
    return { code: (error as { code: string }).code, message: (error as Error).message };
  }
  return { notes };
}

describe('checkTags', () => {
  it.each<[string, TagScheme | 'none']>([
    ['B-A I-A O B-A | O B I O', 'IOB2'],
    ['I-A B-A O I-B | O I-A', 'IOB1'],
    ['O I-A E-A | E-B', 'IOE2'],
    ['O I-A I-A | O', 'IOE1'],
    ['S-A B-A I-A E-A O', 'IOBES'],
    ['U-A B-A I-A L-A O', 'BILOU'],
    ['BENEFIT ORG ORG O | B_PER O | E-MAIL', 'IO'],
    ['NOUN B-PER _', 'none'],
    ['O O | O', 'IOB2'],
  ])('takes %j in %s without a word', (tags, scheme) => {
    expect(checked(tags, scheme)).toEqual({ notes: [] });
  });

  it.each([
    ['I-A O | O I-B', 'IOB1', '"I-A" at line 1'],
    ['O I-A B-A O I-B | I-A B-A', 'IOB1', '"I-A" at line 2'],
    ['O I I | O', 'IOB1', '"I" at line 2'],
  ])('refuses %j by the name of %s', (tags, scheme, place) => {
    const message = `x.conll: expected entities of IOB2, got those of ${scheme}, as ${place}; pass --scheme ${scheme}`;
    expect(checked(tags)).toEqual({ code: 'DATA_TAG_SCHEME', message });
  });

  it.each<[string, TagScheme, TagScheme]>([
    ['B-A I-A O B-A | O B-B', 'IOB1', 'IOB2'],
    ['B-A I-A O B-A | O B-B', 'IOBES', 'IOB2'],
    ['B-A I-A O B-A | O B-B', 'BILOU', 'IOB2'],
    ['B-A I-A O B-A | O B-B', 'IO', 'IOB2'],
    ['S-A O B-A E-A', 'IO', 'IOBES'],
  ])('refuses %j as %s, and names %s', (tags, scheme, right) => {
    expect(checked(tags, scheme)).toMatchObject({
      code: 'DATA_TAG_SCHEME',
      message: expect.stringMatching(new RegExp(`expected entities of ${scheme}, .*pass --scheme ${right}$`)),
    });
  });

  it('counts entities of either kind where both begin some, and keeps the scheme', () => {
    const stray = 'B-A O B-A | O I-A | O I-B B-A';
    expect(checked(stray)).toEqual({
      notes: [
        'x.conll: entities that begin with I-: 2, and 3 with B- (first: line 6); in IOB2 those with I- are not entities: write B- there',
      ],
    });
    expect(checked(stray, 'IOB1')).toEqual({
      notes: ['x.conll: 3 of 5 words with another tag than O are in no entity of IOB1; correct their tags'],
    });
  });

  it.each<[string, TagScheme, RegExp]>([
    [
      'O BENEFIT ORG',
      'IOB2',
      /line 2: expected tags of IOB2, got "BENEFIT" for the word "w1" \(as for 1 more word\): .*; pass --scheme IO for /,
    ],
    ['O B_PER I_PER', 'IOB2', /got "B_PER".*write a hyphen after the prefix, as in B-PER, or pass --scheme IO/],
    ['O B:PER', 'IOB2', /got "B:PER".*write a hyphen.*--scheme IO/],
    ['O B-PER O | I.PER', 'IOB2', /line 5: .*got "I.PER".*write a hyphen/],
    ['O B-PER O-PER', 'IOB2', /line 3: .*got "O-PER".*write O alone for words outside/],
    ['O B-PER M-PER', 'IOB2', /line 3: .*got "M-PER".*; correct the tag; /],
    ['O B-PER BPER', 'IOB2', /line 3: .*got "BPER".*did you mean "B-PER"\?/],
    ['o b-per i-per', 'IOB2', /got "o".*write O and the prefixes in capitals/],
    ['0 3 7', 'IOB2', /got "0".*--label-list O,B-PER,I-PER/],
    ['S-A O B-A E-A', 'IOB2', /got "S-A".*these are tags of IOBES: pass --scheme IOBES/],
    ['U-A O B-A L-A', 'IOB2', /got "U-A".*pass --scheme BILOU/],
    ['I-A E-A O E-A', 'IOB2', /got "E-A".*pass --scheme IOE2/],
    ['B-A I-A O', 'IOE2', /got "B-A".*pass --scheme IOB2/],
    ['O B-PER 12', 'IOB2', /line 3: .*got "12"/],
  ])('names line and way on for %j in %s', (tags, scheme, message) => {
    expect(checked(tags, scheme)).toMatchObject({
      code: 'DATA_LABEL_INVALID',
      message: expect.stringMatching(message),
    });
  });

  it('takes comments for what they are where each tag stands for itself', () => {
    const commented = (tags: readonly string[]) =>
      tags.map((tag, i) => ({ line: 1 + 4 * i, words: ['#', 'a', 'b'], tags: [tag, 'NOUN', 'VERB'] }));
    expect(() => checkTags(commented(['0', '1', '2']), { scheme: 'none', where: 'x' })).toThrow(
      'x, line 1: expected words and their tags, got "# 0" and similar lines before 3 sentences; remove these lines',
    );
    checkTags(commented(['SYM', 'SYM', 'X']), { scheme: 'none', where: 'x' });
    checkTags([...commented(['0']), { words: ['a'], tags: ['X'] }], { scheme: 'none', where: 'x' });
  });

  it('says that a word that begins with # may be a comment, and where lines are not one after another', () => {
    const sentence = { line: 4, lines: [4, 9], words: ['a', '#'], tags: ['B-A', '12'] };
    expect(() => checkTags([sentence], { scheme: 'IOB2', where: 'x' })).toThrow(
      /^x, line 9: .*remove the line if it is a comment/,
    );
    const { line: _, lines: __, ...unplaced } = sentence;
    expect(() => checkTags([unplaced], { scheme: 'IOB2', where: 'x' })).toThrow(/^x, sentence 0 \(counted from 0\): /);
  });
});
