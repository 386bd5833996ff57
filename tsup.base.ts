import { defineConfig, type Options } from 'tsup';

/** The build every package shares: ESM with CJS beside it; `tsup --dts-only` writes the declarations of both. */
export function library(entry: string[], overrides: Options = {}) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'neutral',
    sourcemap: true,
    splitting: true,
    silent: true,
    // What an earlier build left would be published too; declarations are written by a run of their own.
    clean: process.argv.includes('--dts-only') ? false : ['!**/*.d.ts', '!**/*.d.cts'],
    ...overrides,
  });
}
