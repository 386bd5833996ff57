import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { tableSortHash, tableSortScript } from './page';

it('the policy’s hash is the script’s: a browser would not run it otherwise', () => {
  expect(tableSortHash).toBe(`sha256-${createHash('sha256').update(tableSortScript).digest('base64')}`);
});
