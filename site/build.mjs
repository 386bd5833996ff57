// Builds the documentation site into site/dist: the repository's pages, the API by typedoc, a search that needs no server, and
// llms.txt and llms-full.txt. `npm run site` runs it; `npm run site -- --preview` serves the result.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureToolsInstalled, root } from '../scripts/install.mjs';
import { writeApi } from './api.mjs';
import { onSite, placeOf, sectionsOf, titleOf } from './pages.mjs';

const site = join(root, 'site');
const modules = ensureToolsInstalled('site');
const pages = join(site, '.pages');
rmSync(pages, { recursive: true, force: true });

const sections = sectionsOf(root);
const sources = sections.flatMap(({ pages: each }) => each.map(([, source]) => source));
const texts = new Map(sources.map((source) => [source, onSite(root, source, new Set(sources))]));
for (const [source, text] of texts) write(join(pages, placeOf(source)), text);
const packages = writeApi({ root, modules, out: join(pages, 'api') });

const item = ([title, source]) => ({
  text: title ?? titleOf(texts.get(source)),
  link: `/${placeOf(source).replace(/(index)?\.md$/, '')}`,
});
const sidebar = sections.map(({ heading, pages: each }) => ({
  text: heading,
  collapsed: false,
  items: each.map(item),
}));
const api = packages.map((name) => ({ text: name, link: `/api/${name.replace(/^@attune\//, '')}/` }));
sidebar.splice(4, 0, { text: 'API', collapsed: true, items: api });
write(join(pages, 'sidebar.json'), JSON.stringify(sidebar, null, 2));

const { build, serve } = await import(pathToFileURL(join(modules, 'vitepress', 'dist', 'node', 'index.js')).href);
await build(site);

const summary =
  'Fine-tuning of transformers (BERT, DistilBERT, RoBERTa, MPNet, small Llamas) from TypeScript, in Node.';
const lines = sections.flatMap(({ heading, pages: each }) => [
  `\n## ${heading}\n`,
  ...each.map((page) => `- [${item(page).text}](${placeOf(page[1])})`),
]);
write(join(site, 'dist', 'llms.txt'), `# Attune\n\n> ${summary}\n${lines.join('\n')}\n`);
write(join(site, 'dist', 'llms-full.txt'), [...texts.values()].join('\n\n'));
for (const [source, text] of texts) write(join(site, 'dist', placeOf(source)), text);
console.log(`site/dist: ${texts.size} pages and the API of ${packages.length} packages`);
if (process.argv.includes('--preview')) await serve({ root: site, port: 4173 });

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
