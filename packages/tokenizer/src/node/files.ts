import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError } from '../attune-error';

/** The text of a file, which has to be UTF-8; `undefined` where there is none. */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw new AttuneError('TOKENIZER_UNREADABLE', `${path}: a readable file expected, got ${cause.code}`, { cause });
  });
  if (bytes === undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AttuneError('TOKENIZER_INVALID', `${path}: UTF-8 expected, got other bytes; save it as UTF-8`, { cause });
  }
}

/** Writes a file whole or not at all: under another name first, which is then given its own. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
