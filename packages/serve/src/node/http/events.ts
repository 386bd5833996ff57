import { Readable } from 'node:stream';
import type { WrittenText } from '../pool/options';
import { type Problem, problemOf } from './problems';

/** Content of the server-sent events of a text. */
interface Source {
  readonly pieces: AsyncGenerator<string, WrittenText, void>;
  /** Data of the event of one piece. */
  piece(text: string): unknown;
  /** Events after the last piece. */
  end(written: WrittenText): readonly StreamEvent[];
  /** Events of a failure after the first piece. */
  failed(problem: Problem): readonly StreamEvent[];
}

/** A server-sent event: its data, and any name. */
export interface StreamEvent {
  readonly event?: string;
  readonly data: unknown;
}

/**
 * Sends a text as server-sent events. Headers go out with the first piece, so that a refusal is answered as a problem with its own status; a
 * later failure is an event. A slow reader slows down its own stream only.
 *
 * @param onFailure receives the error of a later failure, and its problem
 */
export async function eventStream(
  { pieces, piece, end, failed }: Source,
  onFailure: (error: unknown, problem: Problem) => void,
): Promise<Readable> {
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
      const problem = problemOf(error);
      onFailure(error, problem);
      for (const own of failed(problem)) yield eventText(own);
    } finally {
      await pieces.return(undefined as never);
    }
  }
  return Readable.from(events(), { objectMode: false, highWaterMark: 16 * 1024 });
}

const eventText = ({ event, data }: StreamEvent) =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;
