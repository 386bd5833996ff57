import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { expect, it } from 'vitest';

const packageDirectory = fileURLToPath(new URL('..', import.meta.url));

it('reads no engine, model or training code for --help', async () => {
  const { metafile } = await build({
    entryPoints: ['src/bin.ts'],
    absWorkingDir: packageDirectory,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'unused',
    write: false,
    metafile: true,
  });
  const commands = metafile.inputs['src/commands/index.ts'].imports.map(({ path }) => path);
  expect(commands.length).toBeGreaterThan(5);
  const packages = packagesReadFrom(['src/bin.ts', ...commands], metafile);
  expect(packages).toContain('zod');
  expect(packages.filter((name) => /^@attune\/(engine|models|train|report)/.test(name))).toEqual([]);
});

/** The packages that these modules import before anything is called. */
function packagesReadFrom(entries: readonly string[], { inputs }: Metafile): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const queue = [...entries];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    for (const { path: imported, kind, external } of inputs[path]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external) packages.add(imported);
      else queue.push(imported);
    }
  }
  return [...packages];
}
