// Which Markdown files of the repository are pages of the site, where they stand there, and how their links are rewritten.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** The sections of the sidebar, in order: each a heading and its pages as `[title, source]`; the title is the page's own where it is undefined. */
export function sectionsOf(root) {
  const under = (folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .sort()
      .map((name) => [undefined, posix.join(folder, name)]);
  const readmes = (folder, prefix = '') =>
    readdirSync(join(root, folder))
      .filter((name) => existsSync(join(root, folder, name, 'README.md')))
      .map((name) => [prefix + name, posix.join(folder, name, 'README.md')]);
  return [
    {
      heading: 'Start',
      pages: [['Attune', 'README.md'], ...under('docs').filter(([, path]) => !/errors|features/.test(path))],
    },
    { heading: 'Guides', pages: under('docs/guides') },
    ...(existsSync(join(root, 'docs/migrate')) ? [{ heading: 'Migrate', pages: under('docs/migrate') }] : []),
    {
      heading: 'Reference',
      pages: [...under('docs/reference'), ...under('docs').filter(([, path]) => /errors|features/.test(path))],
    },
    { heading: 'Packages', pages: readmes('packages') },
    { heading: 'Examples', pages: readmes('examples') },
    {
      heading: 'Development',
      pages: [
        ['Architecture', 'ARCHITECTURE.md'],
        ['Contributing', 'CONTRIBUTING.md'],
        ['Benchmarks', 'benchmarks/README.md'],
        ...under('docs/decisions'),
      ],
    },
  ];
}

/** Where a source file stands on the site: `docs/tutorial.md` is `tutorial.md`, `packages/data/README.md` is `packages/data.md`. */
export function placeOf(source) {
  if (source === 'README.md') return 'index.md';
  return source
    .replace(/^docs\//, '')
    .replace(/\/README\.md$/, '.md')
    .replace(/^[A-Z]+\.md$/, (name) => name.toLowerCase());
}

/** The first heading of a page. */
export const titleOf = (text) => /^# (.+)$/m.exec(text)?.[1].replace(/`/g, '') ?? 'Untitled';

/**
 * A page for the site. A link to another page goes to its place there; a link to a file that is no page becomes its text, since
 * the site holds pages alone.
 *
 * @param known the sources that are pages
 */
export function onSite(root, source, known) {
  const place = placeOf(source);
  const target = (link) => {
    const [path, anchor = ''] = link.split(/(?=#)/);
    const file = posix.normalize(posix.join(dirname(source), path)).replace(/\/$/, '');
    const page = [file, posix.join(file, 'README.md')].find((each) => known.has(each));
    return page && posix.relative(posix.dirname(place), placeOf(page)) + anchor;
  };
  const text = outsideCode(readFileSync(join(root, source), 'utf8'), (text) =>
    text
      .replace(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g, (whole, label, link) => {
        if (/^(?:[a-z]+:|#)/.test(link)) return whole;
        const place = target(link);
        return place === undefined ? label : `[${label}](${place})`;
      })
      .replace(/<!--.*?-->\n?/gs, ''),
  );
  return withoutExpressions(text);
}

/** A page in which VitePress finds no expression of Vue: two braces are text, in running text and in code within it. */
export const withoutExpressions = (markdown) =>
  outsideCode(markdown, (text) =>
    text.replace(/`([^`\n]*)`|\{\{/g, (whole, code) => {
      if (code === undefined) return `<span v-pre>${whole}</span>`;
      return code.includes('{{') ? `<code v-pre>${code.replace(/&/g, '&amp;').replace(/</g, '&lt;')}</code>` : whole;
    }),
  );

/** Applies a change to the text of a page that is no code. */
function outsideCode(markdown, change) {
  return markdown
    .split(/(^[ \t]*```[\s\S]*?^[ \t]*```$)/m)
    .map((part) => (/^[ \t]*```/.test(part) ? part.replace(/^([ \t]*```\w+) \S+$/m, '$1') : change(part)))
    .join('');
}
