// Checks the English of documents, docstrings, comments and messages against a list of patterns, and the shape of READMEs.
//
//   node scripts/prose.mjs [FILE|FOLDER …]      default: everything that git tracks
//
// Exits with 1 where a line matches, and names the file, the line, the words and what says it plainly.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './install.mjs';
import { patterns } from './prose/patterns.mjs';

const documents = ['*.md', ':!**/CHANGELOG.md', ':!.changeset'];
const sources = [
  ':(glob)packages/*/src/**/*.ts',
  ':(glob)examples/*/src/**/*.ts',
  ':!packages/data/src/generator',
  ':!**/*.test.ts',
];
const maxLineLength = 800;
const maxBullets = 5;

const chosen = process.argv.slice(2);
const files = execFileSync('git', ['ls-files', ...documents, ...sources], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(
    (file) => file !== '' && (chosen.length === 0 || chosen.some((path) => file.startsWith(path.replace(/^\.\//, '')))),
  );

let found = 0;
for (const file of files) {
  const text = readFileSync(join(root, file), 'utf8');
  for (const { line, prose } of file.endsWith('.md') ? linesOfDocument(text) : proseOfSource(file, text)) {
    for (const [pattern, instead] of patterns) {
      const match = pattern.exec(prose);
      if (match) report(file, line, `"${match[0].trim()}": write ${instead}`);
    }
  }
  if (file.endsWith('README.md')) checkShape(file, text);
}
if (found > 0) {
  console.error(`prose: ${found} to rewrite, in plain English: subject first, one clause, the field's noun`);
  process.exitCode = 1;
}

function report(file, line, message) {
  found++;
  console.error(`${file}:${line}: ${message}`);
}

/** Lines of a Markdown document outside fenced code, without inline code and targets of links. */
function linesOfDocument(text) {
  let fenced = false;
  return text.split('\n').flatMap((raw, i) => {
    if (/^\s*```/.test(raw)) fenced = !fenced;
    if (fenced || /^\s*(```|<!--)/.test(raw)) return [];
    return [{ line: i + 1, prose: raw.replace(/`[^`]*`/g, '``').replace(/\]\([^)]*\)/g, ']') }];
  });
}

/** Comments, strings and templates of a source file, one line of text each; strings of a single word are names. */
function proseOfSource(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const lineAt = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const out = [];
  const comments = new Set();
  const addComments = (ranges) => {
    for (const { pos, end } of ranges ?? []) {
      if (comments.has(pos)) continue;
      comments.add(pos);
      const prose = text.slice(pos, end).replace(/\s*\n\s*(\*(?!\/)|\/\/)?\s?/g, ' ');
      out.push({ line: lineAt(pos), prose: prose.replace(/`[^`]*`/g, '``') });
    }
  };
  const addString = (node, prose) => {
    if (/[a-z] [a-z]/i.test(prose)) out.push({ line: lineAt(node.getStart()), prose });
  };
  const visit = (node) => {
    addComments(ts.getLeadingCommentRanges(text, node.getFullStart()));
    addComments(ts.getTrailingCommentRanges(text, node.getEnd()));
    if (ts.isStringLiteralLike(node)) addString(node, node.text);
    if (ts.isTemplateExpression(node)) addString(node, joined(node));
    ts.forEachChild(node, visit);
  };
  visit(source);
  return out;
}

/** A template's text, with `…` for each value. */
function joined({ head, templateSpans }) {
  return templateSpans.reduce((text, { literal }) => `${text}…${literal.text}`, head.text);
}

/** A README has short lines, and a heading before every sixth bullet. */
function checkShape(file, text) {
  let bullets = 0;
  text.split('\n').forEach((raw, i) => {
    if (raw.length > maxLineLength)
      report(file, i + 1, `a line of ${raw.length} characters: break it, or make it a list or a table`);
    if (/^#+ /.test(raw)) bullets = 0;
    else if (/^[-*] /.test(raw) && ++bullets === maxBullets + 1)
      report(file, i + 1, 'a sixth bullet without a heading: add a heading, or make it a table');
  });
}
