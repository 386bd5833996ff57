import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../test/temporary';
import { contentHash } from './download-blob';

// `printf 'hello\n' | git hash-object --stdin`, `printf 'hello\n' | sha256sum`, and the same of no bytes.
it.each([
  ['hello\n', 'git-sha1', 'ce013625030ba8dba906f756967f9e9ca394464a'],
  ['hello\n', 'sha256', '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03'],
  ['', 'git-sha1', 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391'],
  ['', 'sha256', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
] as const)('hashes %j as %s does', async (content, algorithm, hash) => {
  const path = join(temporaryDirectory(), 'file');
  writeFileSync(path, content);
  const file = await open(path);
  expect(await contentHash(file, algorithm).finally(() => file.close())).toBe(hash);
});
