import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { AttuneError, reasonOf } from '@attune/internal';
import { crc32 as slowCrc32 } from '../callbacks/encoding';

/** CRC-32 of each file of a checkpoint by its name, and of the rest of the state itself. */
export type Sums = Readonly<Record<string, number>>;

/** The name of the state's own sum: of its JSON without the sums and without white space. */
const ownName = 'state.json';

/** The sums of the files of a directory, and of the state to be written there. */
export async function sumsOf(directory: string, state: object): Promise<Sums> {
  const sums: Record<string, number> = {};
  for (const name of (await readdir(directory)).sort())
    if (name !== ownName) sums[name] = await sumOfFile(join(directory, name));
  return { ...sums, [ownName]: sumOfState(state) };
}

/** Whether a state matches its sum. */
export const isState = (state: object, sums: Sums): boolean => sums[ownName] === sumOfState(state);

/**
 * Compares the files of a directory with their sums.
 *
 * @throws AttuneError CHECKPOINT_VALUES for a changed file; CHECKPOINT_MISSING for a missing one
 */
export async function checkSums(directory: string, sums: Sums): Promise<void> {
  for (const [name, sum] of Object.entries(sums)) {
    if (name === ownName) continue;
    const path = join(directory, name);
    const found = await sumOfFile(path).catch((cause: NodeJS.ErrnoException) => {
      const [code, got] =
        cause.code === 'ENOENT'
          ? (['CHECKPOINT_MISSING', 'found no such file'] as const)
          : (['CHECKPOINT_UNREADABLE', `got ${reasonOf(cause)}`] as const);
      throw new AttuneError(code, `${path}: expected a checkpoint's file, ${got}; resume from an older checkpoint`, {
        cause,
      });
    });
    if (found !== sum)
      throw new AttuneError(
        'CHECKPOINT_VALUES',
        `${path}: expected the bytes that were written (CRC-32 ${hex(sum)}), got others (${hex(found)}); resume from an older checkpoint`,
      );
  }
}

const hex = (sum: number) => sum.toString(16).padStart(8, '0');

async function sumOfFile(path: string): Promise<number> {
  if (typeof zlib.crc32 === 'function') {
    let sum = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) sum = zlib.crc32(chunk, sum);
    return sum;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of createReadStream(path)) chunks.push(chunk);
  return slowCrc32(Buffer.concat(chunks));
}

const sumOfState = (state: object): number => slowCrc32(new TextEncoder().encode(JSON.stringify(state)));
