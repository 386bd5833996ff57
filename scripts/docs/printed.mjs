// What a program prints, held against the comment behind each `console.log`.
import { existsSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/**
 * The program with each `console.log(…); // what it prints` also writing what it prints to a file, as `{ at, text }` per line.
 * Line numbers stay as they are.
 */
export function recordingPrinted(code, file) {
  const calls = commentedCalls(code);
  if (calls.length === 0) return code;
  let changed = code;
  for (const { at } of calls.toReversed())
    changed = `${changed.slice(0, at)}__printed(${at})${changed.slice(at + 'console.log'.length)}`;
  const write = `__append(${JSON.stringify(file)}, JSON.stringify({ at, text: __format(...values) }) + '\\n')`;
  const imports =
    "import { appendFileSync as __append } from 'node:fs'; import { format as __format } from 'node:util';";
  return `${imports} const __printed = (at) => (...values) => { ${write}; console.log(...values); }; ${changed}`;
}

/** The comments of a program that are not what it printed, by the file that it wrote; each with its line, counted from 0. */
export function wrongComments(code, file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const printed = lines.map((line) => JSON.parse(line));
  return commentedCalls(code).flatMap(({ at, comment }) => {
    const { text } = printed.find((each) => each.at === at) ?? {};
    const line = code.slice(0, at).split('\n').length - 1;
    if (text === undefined) return [{ line, fault: `// ${comment}: nothing was printed` }];
    return says(comment, text) ? [] : [{ line, fault: `// ${comment}: printed was ${text}` }];
  });
}

/** Whether a comment is what was printed, but for white space; `…` stands for anything. */
export function says(comment, text) {
  const plain = (value) =>
    value
      .replace(/\s+/g, ' ')
      .replace(/ ?([[\]{}(),:…]) ?/g, '$1')
      .trim();
  const parts = plain(comment)
    .split('…')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(plain(text));
}

/** Where the calls of `console.log` are that have a comment behind them, and the comment. */
function commentedCalls(code) {
  const source = ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true);
  const found = [];
  const visit = (node) => {
    if (ts.isExpressionStatement(node) && /^console\.log\(/.test(node.getText(source))) {
      const [comment] = ts.getTrailingCommentRanges(code, node.end) ?? [];
      if (comment) found.push({ at: node.getStart(source), comment: code.slice(comment.pos + 2, comment.end).trim() });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
