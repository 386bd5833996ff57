import { Writable } from 'node:stream';
import type { Io, OutputStream } from '../io';

/**
 * What a trial's training may tell the terminal: its progress line, and each note once in the whole search.
 *
 * Its epochs and its results are left out: the search has a line for each trial.
 */
export function trialIo(io: Io): Io {
  const told = new Set<string>();
  const { stderr, signal } = io;
  const write = (text: string) => {
    if (text.endsWith('\r')) return stderr.write(text);
    if (!text.includes('note:') || told.has(text) || signal?.aborted) return;
    told.add(text);
    stderr.write(text);
  };
  return { ...io, stdout: streamInto(() => {}), stderr: streamInto(write, stderr) };
}

function streamInto(take: (text: string) => void, like?: OutputStream): OutputStream {
  const stream = new Writable({
    decodeStrings: false,
    write(chunk, _, done) {
      take(`${chunk}`);
      done();
    },
  });
  return Object.assign(stream, { isTTY: like?.isTTY ?? false, columns: like?.columns });
}
