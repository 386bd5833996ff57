import { silenceTimer } from '../hub/request';

export interface LimitedFetchOptions {
  readonly signal?: AbortSignal;
  /** Longest silence of a request, in milliseconds: nothing is read of what is sent, and nothing comes. */
  readonly silence: number;
  /** Told of bytes of a file that are on their way. */
  readonly onSent: (path: string, bytes: number) => void;
}

/** What `@huggingface/hub` says beside a request's options: the file whose content is sent. */
interface Hinted {
  readonly progressHint?: { readonly path?: string };
}

/**
 * A store of large files does not redirect what is sent to it. Told so, Node's fetch keeps no copy for the case that it
 * does (measured: pushing 800 MB takes 40 MB of memory, and 800 MB otherwise).
 */
const unrepeated = { redirect: 'error', window: null } as const;

/**
 * `fetch`, abortable everywhere, that waits for no server forever and counts what it sends of large files.
 *
 * Answers of a hub to an upload are short: they are read here, so that the limit is theirs too.
 */
export function limitedFetch(request: typeof fetch, options: LimitedFetchOptions): typeof fetch {
  return async (input, init = {}) => {
    const timer = silenceTimer(options.silence);
    const given = [init.signal, options.signal].filter((signal) => signal != null);
    const signal = AbortSignal.any([...given, timer.signal]);
    const content = init.body instanceof Blob ? init.body : undefined;
    const path = (init as Hinted).progressHint?.path;
    let sent = 0;
    const onRead = (bytes: number) => {
      timer.heard();
      sent += bytes;
      if (path !== undefined) options.onSent(path, bytes);
    };
    try {
      const sending = path !== undefined && content ? { ...unrepeated, body: counted(content, onRead) } : {};
      const response = await read(await request(input, { ...init, ...sending, signal }));
      if (response.ok && path !== undefined && content && sent < content.size)
        throw new Error(`an answer after ${sent} of ${content.size} bytes of ${path}`);
      return response;
    } catch (error) {
      throw timer.signal.aborted ? timer.signal.reason : error;
    } finally {
      timer.stop();
    }
  };
}

/** An answer with its body in memory, at the same address. */
async function read(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const body = await response.arrayBuffer();
  const whole = new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
  return Object.defineProperty(whole, 'url', { value: url });
}

/** A blob that tells how much of it is read. Not a stream: of a blob, `fetch` knows the length beforehand. */
function counted(content: Blob, onRead: (bytes: number) => void): Blob {
  const count = () =>
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        onRead(chunk.length);
        controller.enqueue(chunk);
      },
    });
  return Object.defineProperties(new Blob([]), {
    size: { value: content.size },
    stream: { value: () => content.stream().pipeThrough(count()) },
  });
}
