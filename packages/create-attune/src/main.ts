import { readFileSync } from 'node:fs';
import { isAttuneError } from '@attune/internal';
import { gatherAnswers } from './answers';
import { Interrupted, type Questions } from './ask';
import { emptyFolder, writeProject } from './folder';
import { nextSteps } from './next-steps';
import { help, readOptions } from './options';
import { filesOf } from './project';
import { findTarballs } from './tarballs';
import { visible } from './visible';

/** Streams and questions of the program. */
export interface Io {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Opens the questions; absent without a terminal. */
  readonly questions?: () => Questions;
}

/**
 * Runs the program. Files are written only after all options have been checked.
 *
 * @returns the exit code: 0, 1 (failed), 130 (interrupted)
 */
export async function main(argv: readonly string[], { stdout, stderr, questions: open }: Io): Promise<number> {
  let questions: Questions | undefined;
  try {
    const options = readOptions(argv);
    if (options.help || options.version) {
      stdout.write(options.help ? help : `${version()}\n`);
      return 0;
    }
    const tarballs = options.packages === undefined ? undefined : findTarballs(options.packages);
    if (options.folder !== undefined) emptyFolder(options.folder);
    questions = options.yes ? undefined : open?.();
    const answers = await gatherAnswers(options, { questions, print: (line) => stdout.write(`${visible(line)}\n`) });
    const folder = emptyFolder(answers.folder);
    const files = filesOf({ ...answers, folder, tarballs, version: version() });
    writeProject(answers.folder, folder, files);
    stdout.write(nextSteps(answers));
    return 0;
  } catch (error) {
    if (error instanceof Interrupted) {
      stderr.write('\n');
      return 130;
    }
    if (!isAttuneError(error)) throw error;
    for (const line of error.message.split('\n')) stderr.write(`create-attune: ${visible(line)}\n`);
    return 1;
  } finally {
    questions?.close();
  }
}

/** The version of this package, which all packages of Attune share. */
function version(): string {
  return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
}
