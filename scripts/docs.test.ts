import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { root } from './install.mjs';

const isOurs = (name: string) =>
  !name.startsWith('.') && !['node_modules', 'dist', 'runs', 'CHANGELOG.md'].includes(name);

function filesUnder(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter(({ name }) => isOurs(name))
    .flatMap((entry) => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesUnder(path) : [path];
    });
}

const files = filesUnder(root);
const pages = files.filter((file) => file.endsWith('.md'));
const matches = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => found);

it.each(pages.map((page) => relative(root, page)))('%s names files that there are', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const links = matches(text, /\]\(([^)#:]+)(?:#[^)]*)?\)/g);
  expect(links.filter((link) => !existsSync(join(root, dirname(page), link)))).toEqual([]);

  const named = matches(text, /`(\w[\w.-]*\.(?:ts|mjs|py))`/g);
  const paths = matches(text, /(?<![\w>/])((?:[\w@.-]+\/)+[\w.-]*\.(?:ts|mjs|py)|[\w@-]+\/src\/[\w./-]+)/g);
  const isThere = (path: string) => files.some((file) => `${file}/`.includes(`/${path.replace(/^[./]+|\/$/g, '')}/`));
  expect([...named, ...paths].filter((path) => !isThere(path))).toEqual([]);
});

const changesets = readdirSync(join(root, '.changeset')).filter((name) => /^(?!README).*\.md$/.test(name));

it.each(changesets)('.changeset/%s names packages and what they become', (name) => {
  const [, front] = /^---\n([\s\S]*?)\n---\n+\S/.exec(readFileSync(join(root, '.changeset', name), 'utf8')) ?? [];
  const manifests = readdirSync(join(root, 'packages')).map((each) => join(root, 'packages', each, 'package.json'));
  const packages = manifests.map((path) => JSON.parse(readFileSync(path, 'utf8')).name as string);
  const lines = (front ?? '').split('\n').map((line) => /^'(.+)': (?:patch|minor|major)$/.exec(line)?.[1]);
  expect(lines.filter((line) => line === undefined || !packages.includes(line))).toEqual([]);
});
