import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Options } from 'tsup';

/** The private package of what several packages need and none owns: each carries a copy. */
const bundled = [/^@attune\/internal/];
const root = fileURLToPath(new URL('.', import.meta.url));
const internal = `${root}packages/internal/src/`;
const bundledSources = {
  '@attune/internal': [`${internal}index.ts`],
  '@attune/internal/node': [`${internal}node/index.ts`],
};

/** The build that every package shares: ESM with CJS beside it, and the declarations of both. */
export function library(entry: string[], { noExternal = [], ...overrides }: Options = {}) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    dts: { compilerOptions: { paths: bundledSources, noCheck: true } }, // `npm run types` checks
    noExternal: [...bundled, ...noExternal],
    target: 'node20',
    platform: 'neutral',
    sourcemap: true,
    splitting: true,
    silent: true,
    clean: true, // what an earlier build left would be published too
    plugins: [portableSourceMaps],
    ...overrides,
  });
}

/**
 * Source maps that hold our own sources alone, by relative paths. tsup names the files of its CommonJS step by absolute
 * paths, which would publish the builder's directories.
 */
const portableSourceMaps: NonNullable<Options['plugins']>[number] = {
  name: 'portable-source-maps',
  buildEnd({ writtenFiles }) {
    for (const { name } of writtenFiles) {
      if (!name.endsWith('.map')) continue;
      const { file: _, sources, sourcesContent, ...map } = JSON.parse(readFileSync(name, 'utf8'));
      const portable = sources.map((source: string) => withoutBuilder(source, dirname(name)));
      const isOurs = (source: string) => !source.includes('node_modules/');
      const contents = sourcesContent?.map((text: string, i: number) => (isOurs(portable[i]) ? text : null));
      writeFileSync(name, JSON.stringify({ ...map, sources: portable, sourcesContent: contents }));
    }
  },
};

/** A source relative to its map. One outside the repository is the compiled file, by a path that tsup has encoded: its name is enough. */
function withoutBuilder(source: string, directory: string): string {
  const path = relative(directory, resolve(directory, source));
  const isInside = !relative(root, resolve(directory, path)).startsWith('..');
  return isInside ? path : basename(decodeURI(source));
}
