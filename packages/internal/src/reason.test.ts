import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonOf } from './reason';

const failureOf = (path: string): unknown => {
  try {
    return readFileSync(path);
  } catch (error) {
    return error;
  }
};

it.each([
  ['/nowhere/at/all', 'no such file or directory'],
  ['/', 'a directory'],
  ['/dev/null/x', 'a path that leads through a file'],
])('says of %s in words why it cannot be read', (path, words) => {
  expect(reasonOf(failureOf(path))).toBe(words);
});

it('leaves other messages as they are', () => {
  expect(reasonOf(new Error('the disk is full'))).toBe('the disk is full');
  expect(reasonOf('nothing')).toBe('nothing');
});
