import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

const packages = fileURLToPath(new URL('../../packages/', import.meta.url));
const fixture = fileURLToPath(new URL('fixtures/sizes.json', import.meta.url));
const isUpdate = Boolean(env.UPDATE_BUNDLE_SIZES);
/** How far a size may be from the recorded one. */
const tolerance = 0.05;

/** A command line runs in a terminal. */
const names = readdirSync(packages).filter((name) => name !== 'cli' && existsSync(`${packages}${name}/src/index.ts`));
const sources = Object.fromEntries(names.map((name) => [`@attune/${name}`, `${packages}${name}/src/index.ts`]));

interface Sizes {
  /** Bytes of the package's own code, minified. */
  readonly own: number;
  /** Bytes of all that a page loads with it. */
  readonly whole: number;
}

async function sizesOf(name: string): Promise<Sizes> {
  return {
    own: await bundled(name, { packages: 'external' }),
    whole: await bundled(name, { alias: sources, external: ['@tensorflow/tfjs-backend-wasm'] }),
  };
}

async function bundled(name: string, options: Pick<BuildOptions, 'packages' | 'alias' | 'external'>): Promise<number> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: [sources[`@attune/${name}`]],
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0].contents.length;
}

describe('the entry for browsers', () => {
  const recorded: Readonly<Record<string, Sizes>> = existsSync(fixture)
    ? JSON.parse(readFileSync(fixture, 'utf8'))
    : {};
  const measured: Record<string, Sizes> = {};
  afterAll(() => {
    if (isUpdate) writeFileSync(fixture, `${JSON.stringify({ ...recorded, ...measured }, null, 2)}\n`);
  });

  it.each(names)('of @attune/%s is within a twentieth of its recorded size', async (name) => {
    measured[name] = await sizesOf(name);
    if (isUpdate) return;
    for (const which of ['own', 'whole'] as const) {
      const [size, before] = [measured[name][which], recorded[name]?.[which]];
      const change = `${which}: ${before} → ${size} bytes; UPDATE_BUNDLE_SIZES=1 where that is meant`;
      expect(Math.abs(size / before - 1), change).toBeLessThan(tolerance);
    }
  });
});
