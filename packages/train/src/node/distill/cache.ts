import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { writeFileAtomically } from '@attune/models/node';

// Cache of teachers' outputs on the disk: a directory per teacher, a file per block of inputs, each whole or absent.

/** A teacher's outputs by the key of their input: logits [rows · outputs]. */
export type Kept = Map<string, Float32Array>;

const magic = Buffer.from('ATTUNE-T');
const keyBytes = 16;
const sumBytes = 32;

/** The key of an input, from its content alone. */
export const keyOf = (input: string): string =>
  createHash('sha256')
    .update(input)
    .digest('hex')
    .slice(0, 2 * keyBytes);

/**
 * The cached outputs of these inputs. A damaged file counts as absent, with a note.
 *
 * @param directory of one teacher
 */
export async function readKept(
  directory: string,
  wanted: ReadonlySet<string>,
  onNote: (note: string) => void,
): Promise<Kept> {
  const names = await readdir(directory).catch((): string[] => []);
  const kept: Kept = new Map();
  for (const name of names.filter((each) => each.endsWith('.bin')).sort()) {
    const path = join(directory, name);
    const block = blockOf(await readFile(path));
    if (block === undefined) onNote(`${path} is damaged and skipped: its outputs are computed again`);
    else for (const [key, rows] of block) if (wanted.has(key)) kept.set(key, rows);
  }
  return kept;
}

/**
 * Checks that outputs can be written, before they are computed; a directory that it makes is removed again.
 *
 * @throws AttuneError OUTPUT_UNUSABLE for a directory that takes no files
 */
export async function checkCache(directory: string): Promise<void> {
  const probe = join(directory, `probe-${process.pid}`);
  try {
    const made = await mkdir(directory, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
    for (let own = directory; made !== undefined && own.length >= made.length; own = dirname(own)) await rmdir(own);
  } catch (cause) {
    throw new AttuneError(
      'OUTPUT_UNUSABLE',
      `teacherCache: expected a directory that takes files, got ${directory} (${(cause as Error).message}); name another: teacherCache (--teacher-cache)`,
      { cause },
    );
  }
}

/** Writes outputs to a new file, named after its content. */
export async function keep(directory: string, outputs: ReadonlyMap<string, Float32Array>): Promise<void> {
  const bytes = bytesOf(outputs);
  const name = `${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.bin`;
  await writeFileAtomically(join(directory, name), (file) => file.writeFile(bytes));
}

/** A block: `ATTUNE-T`, the number of inputs, key and number of values of each, the values, and the SHA-256 of the bytes before it. */
function bytesOf(outputs: ReadonlyMap<string, Float32Array>): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(outputs.size);
  const index = [...outputs].map(([key, values]) => {
    const entry = Buffer.alloc(keyBytes + 4);
    entry.write(key, 'hex');
    entry.writeUInt32LE(values.length, keyBytes);
    return entry;
  });
  const values = [...outputs.values()].map((own) => Buffer.from(own.buffer, own.byteOffset, own.byteLength));
  const body = Buffer.concat([magic, count, ...index, ...values]);
  return Buffer.concat([body, createHash('sha256').update(body).digest()]);
}

/** The outputs of a block; undefined for damaged bytes. */
function blockOf(bytes: Buffer): Kept | undefined {
  const body = bytes.subarray(0, Math.max(0, bytes.length - sumBytes));
  if (body.length < magic.length + 4 || !body.subarray(0, magic.length).equals(magic)) return undefined;
  if (!createHash('sha256').update(body).digest().equals(bytes.subarray(body.length))) return undefined;
  const count = body.readUInt32LE(magic.length);
  const outputs: Kept = new Map();
  let at = magic.length + 4;
  let value = at + count * (keyBytes + 4);
  for (let i = 0; i < count; i++, at += keyBytes + 4) {
    const length = 4 * body.readUInt32LE(at + keyBytes);
    const own = Uint8Array.prototype.slice.call(body, value, value + length); // copied: aligned, and the file's buffer can be freed
    outputs.set(body.toString('hex', at, at + keyBytes), new Float32Array(own.buffer));
    value += length;
  }
  return outputs;
}
