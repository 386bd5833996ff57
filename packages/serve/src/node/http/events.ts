import { Readable } from 'node:stream';
import type { WrittenText } from '../pool/options';
import { problemOf } from './problems';

/** Content of the server-sent events of a text. */
interface Source {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  /** Data of the event of one piece. */
  piece(text: string): unknown;
  /** Events after the last piece: `data`, and optionally the name of the `event`. */
  end(written: WrittenText): readonly { readonly event?: string; readonly data: unknown }[];
}

/**
 * Sends a text as server-sent events. Headers go out with the first piece, so that a refusal is answered as a problem with its own status; a
 * later failure is an event named `error`. A slow reader slows down its own stream only.
 */
export async function eventStream({ pieces, piece, end }: Source): Promise<Readable> {
  const first = await pieces.next();
  async function* events() {
    try {
      for (let next = first; ; next = await pieces.next()) {
        if (!next.done) yield eventText({ data: piece(next.value) });
        else {
          for (const own of end(next.value)) yield eventText(own);
          return;
        }
      }
    } catch (error) {
      yield eventText({ event: 'error', data: problemOf(error) });
    } finally {
      await pieces.return(undefined as never);
    }
  }
  return Readable.from(events(), { objectMode: false, highWaterMark: 16 * 1024 });
}

const eventText = ({ event, data }: { event?: string; data: unknown }) =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
