// docs/errors.md: every code of an AttuneError, from the union that the packages are typed by.
import { cell, generatedNote, table } from './markdown';

/** Headings by the first word of a code; the others are the last section. */
const sections: readonly (readonly [string, readonly string[]])[] = [
  ['Data', ['DATA']],
  ['Models and checkpoints', ['ADAPTER', 'CHECKPOINT', 'LFS', 'LORA', 'MODEL', 'QUANTIZE', 'TOKENIZER', 'FREEZE']],
  ['Hugging Face hub', ['HUB']],
  ['Training, runs and search', ['CLASS', 'OUTPUT', 'REPORT', 'RUN', 'SEARCH', 'TEACHER', 'TRAINING', 'WANDB']],
  ['Generation', ['CHAT', 'GRAMMAR', 'JSON', 'PROMPT']],
  ['Engines and export', ['ENGINE', 'EXPORT', 'SETUP']],
  ['Serving', ['POOL', 'SERVICE']],
];

/**
 * The page, as Markdown.
 *
 * @param source the file of the union, whose members have a comment each
 */
export function errorReference(source: string): string {
  const members = [...source.matchAll(/\/\*\* (.+?) \*\/\n {2}\| '([A-Z_]+)'/g)].map(([, meaning, code]) => ({
    meaning,
    code,
  }));
  const sectionOf = (code: string) => sections.find(([, words]) => words.includes(code.split('_')[0]))?.[0] ?? 'Other';
  const tables = [...sections.map(([heading]) => heading), 'Other'].map((heading) => {
    const rows = members
      .filter(({ code }) => sectionOf(code) === heading)
      .map(({ code, meaning }) => [`\`${code}\``, inCell(meaning)]);
    return `## ${heading}\n\n${table(['code', 'meaning'], rows)}`;
  });
  return [
    '# Errors',
    generatedNote,
    'An error that a user can correct is an `AttuneError`. Its `message` names the place, what was expected, what was found and what to do. Its `code` is one of those below and stays the same between versions. The command line prints the message; `ATTUNE_DEBUG=1` adds the stack.',
    "```js error.js\nimport { isAttuneError } from '@attune/data';\nimport { readTable } from '@attune/data/node';\n\nconst error = await readTable('missing.csv').catch((error) => error);\nconsole.log(isAttuneError(error, 'DATA_NOT_FOUND'), error.code); // true DATA_NOT_FOUND\n```",
    '```sh\nnode error.js\n```',
    'Arguments that can only be wrong because of a bug throw `RangeError` or `TypeError`. The codes of the HTTP service are in [the guide to serving](guides/serve.md).',
    ...tables,
    '',
  ].join('\n\n');
}

/** Code in backquotes stays as it is; the rest is text. */
const inCell = (text: string) =>
  text
    .split(/(`[^`]*`)/)
    .map((part) => (part.startsWith('`') ? part : part.trim() === '' ? part : spaced(part)))
    .join('');

const spaced = (part: string) => `${/^\s/.test(part) ? ' ' : ''}${cell(part)}${/\s$/.test(part) ? ' ' : ''}`;
