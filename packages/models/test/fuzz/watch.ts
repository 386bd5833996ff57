import { fstatSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

type Files = typeof import('node:fs/promises');

/** What the code under test did since `observe` was called. */
export interface Observed {
  /** Paths, in the order they were opened. */
  readonly opened: string[];
  /** Reads that reach past the end of their file. */
  readonly outside: string[];
  /** Bytes of the largest typed array that was asked for, and of all together. */
  largest: number;
  total: number;
}

let observed: Observed | undefined;

/** Runs a task and gives what it opened, read and allocated. */
export async function observe(task: () => Promise<void>): Promise<Observed> {
  const seen: Observed = { opened: [], outside: [], largest: 0, total: 0 };
  observed = seen;
  await task().finally(() => {
    observed = undefined;
  });
  return seen;
}

/** `node:fs/promises` with its `open` watched: for `vi.mock`. */
export function watchedFiles(files: Files): Files {
  const open = async (...parameters: Parameters<Files['open']>) => {
    observed?.opened.push(String(parameters[0]));
    return watchReads(await files.open(...parameters));
  };
  return { ...files, open };
}

function watchReads(handle: FileHandle): FileHandle {
  const read = handle.read.bind(handle) as (...parameters: unknown[]) => Promise<{ bytesRead: number; buffer: Buffer }>;
  const watched = (buffer: Uint8Array, offset: number, length: number, position: number) => {
    const { size } = fstatSync(handle.fd);
    const isInside = position >= 0 && length >= 0 && position + length <= size;
    if (!isInside) observed?.outside.push(`${length} bytes at ${position} of a file of ${size}`);
    return read(buffer, offset, length, position);
  };
  return Object.assign(handle, { read: watched });
}

/** Counts the typed arrays that are made from now on; to be called before the code under test is imported. */
export function watchAllocations(): void {
  const constructors = [Uint8Array, Int32Array, Uint32Array, Float32Array, BigInt64Array];
  for (const original of constructors) {
    const counted = new Proxy(original, {
      construct: (target, args) => Reflect.construct(target, count(target, args)),
    });
    Object.assign(globalThis, { [original.name]: counted });
  }
}

/** The arguments as they came, after their bytes were counted. */
function count({ BYTES_PER_ELEMENT: width }: { BYTES_PER_ELEMENT: number }, args: unknown[]): unknown[] {
  if (observed && typeof args[0] === 'number') {
    observed.largest = Math.max(observed.largest, args[0] * width);
    observed.total += args[0] * width;
  }
  return args;
}
