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

  it('takes the nearest, and the first among equals', () => {
    expect(suggest('labl', ['lapel', 'label', 'labl2'])).toBe('label');
  });

  it('ends a message, or does not', () => {
    expect(didYouMean('titel', ['title'])).toBe('; did you mean "title"?');
    expect(didYouMean('zzz', ['title'])).toBe('');
  });
});
