import { execFileSync } from 'node:child_process';
import { root } from '../install.mjs';

/** Languages whose blocks are run, parsed, or neither. Any other language is refused, so that no block is passed over. */
const kinds = {
  ...{ sh: 'run', bash: 'run', js: 'run', mjs: 'run', ts: 'run' },
  ...{ json: 'parsed', jsonl: 'parsed', yaml: 'parsed', text: 'shown', '': 'shown' },
  python: 'run', // by others: it needs a mark
};

const markPattern = /^<!-- (not run|run by (?:npm run )?[\w:]+): (\S.*?) -->$/;
const pageMarkPattern = /^<!-- this page is (not run|run by (?:npm run )?[\w:]+): (\S.*?) -->$/;

/** The pages of the repository that people read. */
export function pages() {
  const patterns = ['*.md', '*/README.md', 'packages/*/README.md', 'examples/*/README.md', 'docs/**/*.md'];
  const listed = execFileSync(
    'git',
    ['ls-files', '-co', '--exclude-standard', ...patterns.map((each) => `:(glob)${each}`)],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  return listed.trim().split('\n').sort();
}

/**
 * The fenced blocks of a page, each with the line where its content begins, its `## ` heading, and its mark.
 *
 * A mark is an HTML comment on the line before a block, `<!-- not run: needs the hub -->` or `<!-- run by check:packed: … -->`; one with
 * `this page is` in it, anywhere above, is of all blocks of the page. A word after the language is the file that the block is saved as.
 *
 * @throws Error for a language that is neither run nor shown, a fence that does not end, Python without a mark, and a shown block that
 * holds commands
 */
export function blocksOf(text, page = 'page') {
  const blocks = [];
  const fail = (line, message) => {
    throw new Error(`${page}:${line}: ${message}`);
  };
  let open;
  let section = '';
  let pageMark;
  const lines = text.split('\n');
  lines.forEach((line, i) => {
    const fence = /^( *)```(\S*) ?(.*)$/.exec(line);
    if (open && !fence) open.lines.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line);
    else if (open) {
      const { indent: _, lines: content, ...block } = open;
      blocks.push({ ...block, content: `${content.join('\n')}\n` });
      open = undefined;
    } else if (fence) {
      const [, indent, language, file] = fence;
      if (kinds[language] === undefined)
        fail(i + 1, `expected a block of ${Object.keys(kinds).filter(Boolean).join(', ')}, got ${language}`);
      const mark = markOf((lines[i - 1] ?? '').trim(), markPattern) ?? pageMark;
      if (language === 'python' && !mark) fail(i + 1, 'expected a mark before a block of Python, got none');
      open = { line: i + 2, section, language, kind: kinds[language], file, mark, indent, lines: [] };
    } else if (line.startsWith('## ')) section = line.slice(3);
    else pageMark ??= markOf(line, pageMarkPattern);
  });
  if (open) fail(open.line - 1, 'expected the block to end, got the end of the page');
  for (const { kind, content, line } of blocks)
    if (kind === 'shown' && /^(npx|npm|node|attune|python|bun|deno) /m.test(content))
      fail(line, 'expected no command in a block that nobody runs; make it sh, with a mark if it cannot run');
  return blocks;
}

function markOf(line, pattern) {
  const [, by, reason] = pattern.exec(line) ?? [];
  return by && { by, reason };
}

/** The commands in a page's running text: `attune` with a command, `npm run`, `node` with a file. */
export function inlineCommands(text) {
  const prose = text.replace(/^ *```[\s\S]*?^ *```$/gm, (block) => block.replace(/[^\n]/g, ''));
  const pattern = /`(?:npx )?((?:attune [a-z]|npm run |node [\w./-]+\.m?js\b)[^`]*)`/g;
  return [...prose.matchAll(pattern)].map(({ 1: command, index }) => {
    return { command, line: prose.slice(0, index).split('\n').length };
  });
}
