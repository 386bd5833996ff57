// The TypeScript of the pages, compiled as in a strict project.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../install.mjs';

const compilerOptions = {
  ...{ noEmit: true, strict: true, noUncheckedIndexedAccess: true, skipLibCheck: true, moduleDetection: 'force' },
  ...{ target: 'es2022', module: 'preserve', moduleResolution: 'bundler', types: ['node'], ignoreDeprecations: '6.0' },
};

/**
 * Compiles the blocks `{ page, line, file, content }` in one go, those of a page in one folder, so that one may import another that is saved
 * by a name. Returns the diagnostics, each with page and line.
 */
export function typeFaults(blocks, directory) {
  if (blocks.length === 0) return [];
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
  const all = [...new Set(blocks.map(({ page }) => page))];
  const nameOf = ({ page, line, file }) => `page-${all.indexOf(page)}/${file || `block-${line}.ts`}`;
  const files = new Map(blocks.map((block) => [nameOf(block), block]));
  for (const i of all.keys()) mkdirSync(join(directory, `page-${i}`));
  // Empty lines before the code, so that the compiler's lines are the page's.
  for (const [name, { line, content }] of files)
    writeFileSync(join(directory, name), `${'\n'.repeat(line - 1)}${content}`);
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: [...files.keys()] }));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout, error } = spawnSync(process.execPath, [tsc, '-p', directory, '--pretty', 'false'], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (error) throw error;
  const diagnostics = stdout.split('\n').filter((line) => line !== '' && !line.startsWith(' '));
  if (status !== 0 && diagnostics.length === 0) throw new Error('tsc failed and printed nothing');
  return diagnostics.map((line) =>
    line.replace(/^(page-\S+\.ts)\((\d+),\d+\)/, (_, name, at) => `${files.get(name).page}:${at}`),
  );
}
