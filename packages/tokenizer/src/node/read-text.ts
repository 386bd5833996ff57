import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError, parseJson } from '@attune/internal';
import { refusePointer } from '@attune/internal/node';
import { asObject, type JsonObject } from '../json/fields';

/** Reads a text file, which has to be UTF-8; `undefined` if there is none. */
export async function readText(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    if (cause.code === 'ENOTDIR')
      throw new AttuneError(
        'TOKENIZER_UNREADABLE',
        `${dirname(path)}: expected a directory, got a file; pass its directory: ${dirname(dirname(path))}`,
        { cause },
      );
    throw new AttuneError('TOKENIZER_UNREADABLE', `${path}: expected a readable file, got ${cause.code}`, { cause });
  });
  if (bytes === undefined) return undefined;
  refusePointer(path, bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new AttuneError('TOKENIZER_INVALID', `${path}: expected UTF-8, got other bytes; save it as UTF-8`, { cause });
  }
}

/** Reads a file that holds a JSON object; `undefined` if there is none. */
export async function readObject(path: string): Promise<JsonObject | undefined> {
  const text = await readText(path);
  if (text === undefined) return undefined;
  try {
    return asObject(parseJson(text), path);
  } catch (cause) {
    throw new AttuneError('TOKENIZER_NOT_JSON', `${path}: expected a JSON object; is the file complete?`, { cause });
  }
}
