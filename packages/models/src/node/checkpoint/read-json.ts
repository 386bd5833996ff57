import { AttuneError } from '@attune/engine';
import { openForReading, readFully } from './_files';

const mostBytes = 64 * 1024 * 1024;

/** Reads a checkpoint's JSON file (UTF-8); what is not one is an `AttuneError` that names it. */
export async function readJson(path: string, whatToDo = 'download it again'): Promise<unknown> {
  const bytes = await readSmallFile(path, whatToDo);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    const came = printable(cause instanceof Error ? cause.message : String(cause));
    throw new AttuneError('CHECKPOINT_JSON', `${path}: expected JSON in UTF-8, got: ${came}; ${whatToDo}`, { cause });
  }
}

/** The reason quotes the file, whose control characters are not for a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}

async function readSmallFile(path: string, whatToDo: string): Promise<Uint8Array> {
  const handle = await openForReading(path, whatToDo);
  try {
    const { size } = await handle.stat();
    if (size > mostBytes) {
      const what = `expected at most ${mostBytes} bytes, got ${size}`;
      throw new AttuneError('CHECKPOINT_JSON', `${path}: ${what}; ${whatToDo}`);
    }
    const bytes = new Uint8Array(size);
    await readFully(handle, bytes, { position: 0, where: path });
    return bytes;
  } finally {
    await handle.close();
  }
}
