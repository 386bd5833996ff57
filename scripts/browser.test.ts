import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../packages/', import.meta.url));
/** A command line runs in a terminal. */
const names = readdirSync(packages).filter((name) => name !== 'cli' && existsSync(`${packages}${name}/src/index.ts`));

describe('the entry that is not /node', () => {
  it.each(names)('of @attune/%s bundles for a browser', async (name) => {
    const { outputFiles, warnings } = await build({
      entryPoints: [`${packages}${name}/src/index.ts`],
      bundle: true,
      platform: 'browser',
      format: 'esm',
      write: false,
      logLevel: 'silent',
      external: ['@tensorflow/tfjs-backend-wasm'], // an optional peer, which brings its own way into a page
      alias: Object.fromEntries(names.map((other) => [`@attune/${other}`, `${packages}${other}/src/index.ts`])),
    });
    expect(warnings.map(({ text }) => text)).toEqual([]);
    expect(outputFiles[0].text).not.toMatch(/from ["']node:|require\(["'](node:|fs|path)/);
  });
});
