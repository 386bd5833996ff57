import { expect, it } from 'vitest';
import { reasonUnwritten } from './reason-unwritten';

it.each([
  ['EACCES', 'no permission to write there'],
  ['ENOSPC', 'a full disk'],
  ['EROFS', 'a file system that cannot be written to'],
  ['ELOOP', 'a link that leads to itself'],
])('says of writing other words than of reading: %s', (code, words) => {
  expect(reasonUnwritten(Object.assign(new Error(code), { code, syscall: 'open' }))).toBe(words);
});
