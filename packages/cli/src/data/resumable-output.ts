// Lines that are written as they come, to a file that is only there when all are: what was written before an interruption stays.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { AttuneError } from '@attune/internal';
import type { Sink } from './output';

interface ResumableOptions {
  /** What the lines depend on: another one does not go on with them. */
  readonly settings: unknown;
  /** Lines that are written together: of others that were the last to be written, none counts. */
  readonly together: number;
}

/** An output that goes on where an earlier one stopped. */
export interface ResumableOutput {
  /** Lines that are there already. */
  readonly done: number;
  readonly sink: Sink;
  /** Gives the file its name. */
  finish(): Promise<void>;
  /** Leaves what was written for a later time. */
  close(): Promise<void>;
}

/**
 * Opens `<path>.partial`, and beside it `<path>.partial.json`, which says what the lines are of.
 *
 * @throws AttuneError OUTPUT_EXISTS for lines of other settings
 */
export async function openResumable(path: string, { settings, together }: ResumableOptions): Promise<ResumableOutput> {
  const [partial, record] = [`${path}.partial`, `${path}.partial.json`];
  const own = `${JSON.stringify(settings, null, 2)}\n`;
  const begun = await readFile(record, 'utf8').catch(() => undefined);
  const isThere = begun !== undefined && (await stat(partial).catch(() => undefined)) !== undefined;
  if (isThere && begun !== own)
    throw new AttuneError(
      'OUTPUT_EXISTS',
      `${partial}: expected what this command began to write, got what another one did (${record} says which); run that one on, or remove both files`,
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

/** Cuts off lines that are not whole, or not of a whole group. */
async function keepWhole(path: string, together: number): Promise<number> {
  const bytes = await readFile(path);
  const ends: number[] = [];
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) ends.push(at + 1);
  const lines = ends.length - (ends.length % together);
  await truncate(path, lines === 0 ? 0 : ends[lines - 1]);
  return lines;
}

/** The SHA-256 of a file, by which a changed one is told. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece);
  return hash.digest('hex');
}
