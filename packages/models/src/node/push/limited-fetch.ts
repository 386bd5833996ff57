import { silenceTimer } from '../hub/request';

export interface LimitedFetchOptions {
  readonly signal?: AbortSignal;
  /** Timeout of a request without progress in either direction, in milliseconds. */
  readonly silence: number;
  /** Called with the number of bytes of a file sent so far. */
  readonly onSent: (path: string, bytes: number) => void;
}

/** Property that `@huggingface/hub` adds to a request's options: the file whose content is sent. */
interface Hinted {
  readonly progressHint?: { readonly path?: string };
}

/**
 * A store of large files never redirects an upload. With redirects refused, Node's fetch keeps no copy for a repetition
 * (measured: pushing 800 MB takes 40 MB of memory instead of 800 MB).
 */
const unrepeated = { redirect: 'error', window: null } as const;

/**
 * `fetch` that can be aborted at any point, times out, and counts the bytes sent of large files.
 *
 * A hub's responses to an upload are short: they are read here, so that the timeout covers them.
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

/** A response with its body in memory, at the same address. */
async function read(response: Response): Promise<Response> {
  const { status, statusText, headers, url } = response;
  const body = await response.arrayBuffer();
  const whole = new Response(body.byteLength > 0 ? body : null, { status, statusText, headers });
  return Object.defineProperty(whole, 'url', { value: url });
}

/** A blob that counts the bytes read. Not a stream, because `fetch` knows the length of a blob beforehand. */
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
