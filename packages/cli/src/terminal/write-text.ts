import type { OutputStream } from '../io';

/** Whoever read our output has closed it, as `head` does: no failure, but nothing more to do. */
export class OutputClosed extends Error {
  constructor(cause: Error) {
    super('the output was closed', { cause });
    this.name = 'OutputClosed';
  }
}

const closedCodes = ['EPIPE', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END'];

/**
 * Writes text and waits until it is taken, so that a slow reader slows us down instead of filling the memory.
 *
 * @throws OutputClosed when nobody reads any more
 */
export function writeText(stream: OutputStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (!error) resolve();
      else reject(closedCodes.includes((error as NodeJS.ErrnoException).code ?? '') ? new OutputClosed(error) : error);
    });
  });
}
