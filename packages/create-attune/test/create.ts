import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { terminalQuestions } from '../src/ask';
import { main } from '../src/main';

/** A directory that is removed after the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'create-attune-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file, and gives its path. */
export function fileIn(directory: string, name: string, text: string): string {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
}

/** Postings with a label each: 30 rows. */
export const jobs = `id,description,sector\n${Array.from({ length: 30 }, (_, i) => `${i},${i % 2 ? 'Grow beans on farm' : 'Write code for server'} ${i},${i % 2 ? 'farm' : 'code'}`).join('\n')}\n`;

/** Sentences of words and tags. */
export const skills = 'We O\nneed O\nJava B-SKILL\n\nWelding B-SKILL\nis O\nfun O\n';

/** Runs the program; `answers` are typed at a terminal, one per question, and `undefined` is Ctrl-C. */
export async function create(argv: readonly string[], answers?: readonly (string | undefined)[]) {
  const [stdout, stderr] = [captured(), captured()];
  const input = new PassThrough();
  const left = [...(answers ?? [])];
  const output = Object.assign(new PassThrough(), {
    write(text: string) {
      stdout.write(text);
      if (/\): $|: $/.test(text)) setImmediate(answer);
      return true;
    },
  });
  const questions = () => {
    const terminal = createInterface({ input, output: output as NodeJS.WritableStream });
    answer = () => {
      const next = left.shift();
      if (next === undefined) terminal.emit('SIGINT');
      else input.write(`${next}\n`);
    };
    return terminalQuestions(terminal, output);
  };
  let answer = () => {};
  const code = await main(argv, { stdout, stderr, ...(answers && { questions }) });
  return { code, stdout: stdout.text(), stderr: stderr.text(), left };
}

function captured() {
  const chunks: string[] = [];
  return { write: (text: string) => chunks.push(text), text: () => chunks.join('') };
}

/** The files of a folder by name; empty where there is none. */
export function filesIn(folder: string): Readonly<Record<string, string>> {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
}
