import { Readable } from 'node:stream';
import type { WrittenText } from '../pool/options';
import { problemOf } from './problems';

/** What the events of a text are made of. */
interface Source {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  /** The data of a piece. */
  piece(text: string): unknown;
  /** The lines after the last piece, each `data` and maybe the name of its `event`. */
  end(written: WrittenText): readonly { readonly event?: string; readonly data: unknown }[];
}

/**
 * A text as server-sent events. The first piece is waited for, so that what is refused is answered as a problem with its status; a failure
 * after that is an event named `error`. A reader that is slow holds back the stream, not the service.
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
