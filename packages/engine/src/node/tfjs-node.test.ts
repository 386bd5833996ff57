import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTfjsNodeEngine } from './tfjs-node';

describe('openTfjsNodeEngine', () => {
  const before = process.cwd();
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'attune-project-'));
    process.chdir(project);
  });
  afterEach(() => {
    process.chdir(before);
    rmSync(project, { recursive: true });
  });

  const install = (name: string, source: string) => {
    const directory = join(project, 'node_modules', '@tensorflow', name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'index.js'), source);
  };

  it.each([
    ['tfjs-node', undefined, 'it is not installed', 'tfjs-node'],
    ['tfjs-node-gpu', undefined, 'it is not installed', 'tfjs-node --gpu'],
    [
      'tfjs-node',
      'The addon (tfjs_binding.node) can not be found at path: x. \nPlease rebuild',
      'its addon is not built',
      'tfjs-node',
    ],
    ['tfjs-node', 'libtensorflow.so.2: cannot open\nat …', 'libtensorflow.so.2: cannot open', 'tfjs-node'],
  ] as const)('says of %s that fails with %j what makes it work', async (name, failure, why, setup) => {
    if (failure) install(name, `throw new Error(${JSON.stringify(failure)})`);
    await expect(openTfjsNodeEngine(name)).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: `openEngine: ${name} does not start (${why}); run npx attune setup ${setup}, or use another engine`,
    });
  });

  it('refuses a way to run programs that it does not know', async () => {
    process.env.ATTUNE_TFJS_NODE = 'fast';
    await expect(openTfjsNodeEngine('tfjs-node')).rejects.toThrow(
      'ATTUNE_TFJS_NODE: expected graph or eager, got "fast"',
    );
    delete process.env.ATTUNE_TFJS_NODE;
  });

  it('gives the package the functions of node:util that Node no longer has', async () => {
    const util = createRequire(import.meta.url)('node:util');
    const { isArray, isNullOrUndefined } = util;
    delete util.isArray;
    delete util.isNullOrUndefined;
    install(
      'tfjs-node',
      `const { isArray, isNullOrUndefined } = require('util');
       throw new Error([isArray([]), isArray({}), isNullOrUndefined(null), isNullOrUndefined(), isNullOrUndefined(0)].join(' '));`,
    );
    await expect(openTfjsNodeEngine('tfjs-node')).rejects.toThrow('(true false true true false)');
    Object.assign(util, { isArray, isNullOrUndefined });
  });
});
