import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { expect, it } from 'vitest';
import { root } from '../install.mjs';
import { cliReference } from './cli';
import { configReference } from './config';
import { errorReference } from './errors';

const union = readFileSync(join(root, 'packages/internal/src/error-codes.ts'), 'utf8');

it.each([
  ['docs/reference/cli.md', cliReference],
  ['docs/reference/config.md', configReference],
  ['docs/errors.md', () => errorReference(union)],
])('%s says what the sources say (npm run reference writes it)', async (page, written) => {
  const path = join(root, page);
  const text = await written();
  if (env.WRITE_REFERENCE) writeFileSync(path, text);
  expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(text);
});

it('has a comment per code, and a use of each', () => {
  const codes = [...union.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => code);
  expect(codes).toEqual([...codes].sort());
  expect(codes.filter((code) => !errorReference(union).includes(`\`${code}\``))).toEqual([]);
  const sources = ['packages', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => /^[\w-]+\/src\/.*(?<!\.test)(?<!error-codes)\.ts$/.test(path))
      .map((path) => readFileSync(join(root, folder, path), 'utf8')),
  );
  expect(codes.filter((code) => !sources.some((text) => text.includes(`'${code}'`)))).toEqual([]);
});
