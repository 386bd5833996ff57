// Writes lines to a partial file, which is renamed when it is complete; an interrupted command keeps its lines and resumes.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { AttuneError } from '@attune/internal';
import type { Sink } from './output';

interface ResumableOptions {
  /** Settings that the lines depend on: a command with other settings does not resume. */
  readonly settings: unknown;
  /** Number of lines that are written together; an incomplete last group is discarded. */
  readonly together: number;
}

/** An output that resumes where an earlier one stopped. */
export interface ResumableOutput {
  /** Number of lines from an earlier command. */
  readonly done: number;
  readonly sink: Sink;
  /** Renames the partial file to its final name. */
  finish(): Promise<void>;
  /** Keeps the lines so far, to resume later. */
  close(): Promise<void>;
}

/**
 * Opens `<path>.partial`, and `<path>.partial.json`, which records the settings of the lines.
 *
 * @throws AttuneError OUTPUT_EXISTS for lines written with other settings
 */
export async function openResumable(path: string, { settings, together }: ResumableOptions): Promise<ResumableOutput> {
  const [partial, record] = [`${path}.partial`, `${path}.partial.json`];
  const own = `${JSON.stringify(settings, null, 2)}\n`;
  const begun = await readFile(record, 'utf8').catch(() => undefined);
  const isThere = begun !== undefined && (await stat(partial).catch(() => undefined)) !== undefined;
  if (isThere && begun !== own)
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${partial}: expected output that this command began, got that of another command (recorded in ${record}); run that command again, or remove both files`,
    );
  const done = isThere ? await keepWhole(partial, together) : 0;
  if (!isThere) await writeFile(partial, '');
  await writeFile(record, own);
  const file = await open(partial, 'a');
  return {
    done,
    sink: async (text) => {
      await file.appendFile(text);
    },
    async finish() {
      await file.close();
      await rename(partial, path);
      await rm(record, { force: true });
    },
    close: () => file.close(),
  };
}

/** Removes incomplete lines, and lines of an incomplete group. */
async function keepWhole(path: string, together: number): Promise<number> {
  const bytes = await readFile(path);
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  const lines = ends.length - (ends.length % together);
  await truncate(path, lines === 0 ? 0 : ends[lines - 1]);
  return lines;
}

/** The SHA-256 of a file, to detect changes. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
