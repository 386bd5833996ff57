import { describe, expect, it } from 'vitest';
import { didYouMean, suggest } from './suggest';

describe('suggest', () => {
  it.each([
    ['descripton', 'description'],
    ['TITLE', 'title'],
    ['labels', 'label'],
    ['ttile', 'title'],
    ['salary', undefined],
    ['', undefined],
  ])('%s → %s', (name, expected) => {
    expect(suggest(name, ['title', 'description', 'label'])).toBe(expected);
  });

  it.each([
    ['B', ['O', 'B-SKILL', 'I-SKILL'], undefined],
    ['b', ['O', 'B'], 'B'],
    ['id', ['is', 'ID'], 'ID'],
    ['no', ['on'], undefined],
    ['idd', ['id'], 'id'],
    ['mn', ['min', 'max'], 'min'],
    ['aviation jobs', ['education jobs', 'engineering jobs'], undefined],
    ['aviaton jobs', ['education jobs', 'aviation jobs'], 'aviation jobs'],
    ['fram', ['form1', 'farm'], 'farm'],
    ['lable', ['label'], 'label'],
  ])('%s of %j → %s', (name, candidates, expected) => {
    expect(suggest(name, candidates)).toBe(expected);
  });

  it('takes the nearest, and the first among equals', () => {
    expect(suggest('labl', ['lapel', 'label', 'labl2'])).toBe('label');
  });

  it('ends a message, or does not', () => {
    expect(didYouMean('titel', ['title'])).toBe('; did you mean "title"?');
    expect(didYouMean('zzz', ['title'])).toBe('');
  });
});
