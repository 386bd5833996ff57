// Counts what says how the code is cut: files and their lengths, files that one other alone imports, circles of imports, exported names.
//
//   node scripts/structure.mjs [folder of the repository]
//
// Exits with 1 where files import each other in a circle, and names them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { root } from './install.mjs';

const repository = resolve(process.argv[2] ?? root);
const packages = readdirSync(join(repository, 'packages'));
const rows = packages.map((name) => ({ package: name, ...measure(join(repository, 'packages', name, 'src')) }));
const all = rows.flatMap(({ files }) => files);
console.table(rows.map(({ files, circles: _, ...counts }) => ({ ...counts, ...lengths(files) })));
console.table([{ package: 'all', ...lengths(all), ...sums(rows) }]);

const circles = rows.flatMap(({ circles: own }) => own.map((file) => relative(repository, file)));
if (circles.length > 0) {
  console.error(`in a circle of imports: ${circles.join(', ')}; move what both sides need to a file of its own`);
  process.exitCode = 1;
}

function measure(src) {
  const files = sourceFiles(src);
  const imports = new Map(files.map((file) => [file, importsOf(file).filter((path) => files.includes(path))]));
  const importers = new Map(files.map((file) => [file, []]));
  for (const [file, targets] of imports) for (const target of targets) importers.get(target).push(file);
  const once = files.filter((file) => !isIndex(file) && importers.get(file).filter((by) => !isIndex(by)).length === 1);
  const inOwnFolder = once.filter((file) =>
    importers.get(file).some((by) => !isIndex(by) && dirname(by) === dirname(file)),
  );
  const entries = files.filter(
    (file) => isIndex(file) && ['', 'node', 'testing'].includes(relative(src, dirname(file))),
  );
  const circles = inCircles(imports);
  return {
    files,
    'one importer': once.length,
    'in its folder': inOwnFolder.length,
    'in circles': circles.length,
    circles,
    'exported names': entries.reduce((sum, entry) => sum + exportedNames(entry), 0),
  };
}

/** Sources without tests, their helpers (`_…`) and fixtures. */
function sourceFiles(src) {
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ts$/.test(entry.name) && !/\.(test|d)\.ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The files that a file imports by relative paths, types included. */
function importsOf(file) {
  const { importedFiles } = ts.preProcessFile(readFileSync(file, 'utf8'), true, true);
  const places = importedFiles
    .filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(file), fileName));
  return [
    ...new Set(
      places.flatMap((place) =>
        [`${place}.ts`, join(place, 'index.ts')].filter((path) => existsSync(path)).slice(0, 1),
      ),
    ),
  ];
}

function isIndex(file) {
  return file.endsWith('/index.ts');
}

function exportedNames(entry) {
  const source = ts.createSourceFile(entry, readFileSync(entry, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements.reduce((sum, { exportClause }) => sum + (exportClause?.elements?.length ?? 0), 0);
}

/** The files on a circle of imports (in a strongly connected component of two or more). */
function inCircles(imports) {
  const reach = new Map([...imports.keys()].map((file) => [file, reachable(file, imports)]));
  const isOnOne = ([file, seen]) => [...seen].some((other) => other !== file && reach.get(other).has(file));
  return [...reach].filter(isOnOne).map(([file]) => file);
}

function reachable(from, imports) {
  const seen = new Set();
  const queue = [...imports.get(from)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop())
    if (!seen.has(file)) {
      seen.add(file);
      queue.push(...imports.get(file));
    }
  return seen;
}

function lengths(files) {
  const lines = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1).sort((a, b) => a - b);
  return {
    files: lines.length,
    'median lines': lines[Math.floor(lines.length / 2)],
    'of 25 or fewer': lines.filter((count) => count <= 25).length,
    'over 250': lines.filter((count) => count > 250).length,
  };
}

function sums(rows) {
  const names = ['one importer', 'in its folder', 'in circles', 'exported names'];
  return Object.fromEntries(names.map((name) => [name, rows.reduce((sum, row) => sum + row[name], 0)]));
}
