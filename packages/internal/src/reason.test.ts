import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasonOf, reasonUnwritten } from './reason';

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

it.each([
  ['EACCES', 'no permission to write there'],
  ['ENOSPC', 'a full disk'],
  ['EROFS', 'a file system that cannot be written to'],
  ['ELOOP', 'a link that leads to itself'],
])('says of writing other words than of reading: %s', (code, words) => {
  expect(reasonUnwritten(Object.assign(new Error(code), { code, syscall: 'open' }))).toBe(words);
});
