import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encoderTypes } from '../test/tiny';
import { testEncoder } from './testing';

/*
 * Texts of up to 400 tokens, which reach positions and distances that short fixtures do not, against Python's transformers. `npm run test:peers` brings
 * it: PEER_PYTHON is a Python with torch and transformers.
 */
const { PEER_PYTHON: python = 'python3' } = process.env;
const script = fileURLToPath(new URL('../../../peers/long_texts.py', import.meta.url));

describe('texts of 400 tokens', () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-long-texts-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  beforeAll(() => {
    const { status, stdout, stderr } = spawnSync(python, [script, directory], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toEqual(encoderTypes);
  });

  describe.each(encoderTypes)('of a %s', (type) => {
    const golden = { directory: join(directory, type), engines: [openOnnxEngine()] };
    const tests = testEncoder({ ...golden, task: 'token-classification', lacks: ['steps'] });
    it.each(tests)('$title', ({ run }) => run());
  });
});
