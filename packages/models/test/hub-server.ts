import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export const commit = '0123456789abcdef0123456789abcdef01234567';

/** One request as the server saw it. */
export interface Seen {
  readonly on: 'hub' | 'store';
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

/** What goes wrong with the next request that matches; `times` times, once unless given. */
export interface Fault {
  readonly match: (seen: Seen) => boolean;
  times?: number;
  /** Answers with this status and these headers. */
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** Cuts the connection after so many bytes of the body, once the receiver has them: a cut throws away what it has not read. */
  readonly cutAfter?: number;
  /** Whether the receiver has the file up to a byte; default after 20 ms. */
  readonly hasReceived?: (bytes: number) => boolean;
  /** Sends so many bytes and then nothing, without an end. */
  readonly stallAfter?: number;
  /** Sends this instead of the content. */
  readonly content?: Buffer;
  /** Sends the whole file whatever range was asked for. */
  readonly ignoreRange?: boolean;
}

export interface FakeHub {
  readonly endpoint: string;
  /** The commit that `main` stands for. */
  commit: string;
  readonly files: Map<string, Buffer>;
  readonly faults: Fault[];
  readonly seen: Seen[];
  /** The requests since the last call, as `METHOD path`. */
  take(): string[];
  close(): Promise<void>;
}

/** Whether the hub keeps a file in its store of large files. */
const isLarge = (name: string) => name.endsWith('.safetensors');

export function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** As `git hash-object` has it. */
export function gitSha1(content: Buffer): string {
  return createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
}

/**
 * A hub on this machine that has the model `acme/tiny` (and `old-name`, which was renamed to it), with its store of
 * large files on another port, as huggingface.co and its CDN are two hosts. Stops when the test ends.
 */
export async function startHub(files: Record<string, string | Buffer>): Promise<FakeHub> {
  const store = createServer((request, response) => respond('store', request, response));
  const hubServer = createServer((request, response) => respond('hub', request, response));
  const storeAddress = await listen(store);
  const endpoint = await listen(hubServer);
  const hub: FakeHub = {
    endpoint,
    commit,
    files: new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)])),
    faults: [],
    seen: [],
    take: () => hub.seen.splice(0).map(({ method, path }) => `${method} ${path}`),
    close: async () => {
      for (const server of [store, hubServer]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
  onTestFinished(hub.close);

  function respond(on: Seen['on'], request: IncomingMessage, response: ServerResponse): void {
    const { authorization, range } = request.headers;
    const path = (request.url ?? '').split('?')[0] ?? '';
    const seen: Seen = { on, method: request.method ?? '', path, authorization, range };
    hub.seen.push(seen);
    const fault = hub.faults.find((one) => one.match(seen) && (one.times ?? 1) > 0);
    if (fault) fault.times = (fault.times ?? 1) - 1;
    if (fault?.status) response.writeHead(fault.status, fault.headers).end();
    else if (on === 'store') sendFile(hub.files.get(path.slice(1)), seen, { response, fault });
    else route(seen, response, fault);
  }

  function route(seen: Seen, response: ServerResponse, fault?: Fault): void {
    const [, id, revision = '', name = ''] = /^\/(.+)\/resolve\/([^/]+)\/(.+)$/.exec(seen.path) ?? [];
    if (id === 'old-name') {
      response.writeHead(307, { location: seen.path.replace('old-name', 'acme/tiny') }).end();
      return;
    }
    const content = hub.files.get(name);
    if (id !== 'acme/tiny') refuse(response, 401, { 'x-error-code': 'RepoNotFound' });
    else if (!['main', 'refs/pr/1', hub.commit].includes(decodeURIComponent(revision))) {
      refuse(response, 404, { 'x-error-code': 'RevisionNotFound' });
    } else if (!content) refuse(response, 404, { 'x-error-code': 'EntryNotFound', 'x-repo-commit': hub.commit });
    else sendKnown(name, content, { seen, response, fault });
  }

  function sendKnown(
    name: string,
    content: Buffer,
    { seen, response, fault }: { seen: Seen; response: ServerResponse; fault?: Fault },
  ): void {
    response.setHeader('x-repo-commit', hub.commit);
    if (!isLarge(name)) {
      response.setHeader('etag', `"${gitSha1(content)}"`);
      sendFile(content, seen, { response, fault });
      return;
    }
    response.setHeader('x-linked-etag', `"${sha256(content)}"`);
    response.setHeader('x-linked-size', content.length);
    response.writeHead(302, { location: `${storeAddress}/${name}?signature=1` }).end();
  }

  return hub;
}

function refuse(response: ServerResponse, status: number, headers: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'x-error-message': 'No such thing' }).end();
}

function sendFile(
  content: Buffer | undefined,
  { method, range }: Seen,
  { response, fault }: { response: ServerResponse; fault?: Fault },
): void {
  if (!content) {
    refuse(response, 404, {});
    return;
  }
  const whole = fault?.content ?? content;
  const from = fault?.ignoreRange ? 0 : Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  const body = whole.subarray(from);
  if (from > 0) response.setHeader('content-range', `bytes ${from}-${whole.length - 1}/${whole.length}`);
  response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length });
  if (method === 'HEAD') response.end();
  else if (fault?.cutAfter !== undefined) {
    const { cutAfter, hasReceived = () => true } = fault;
    const cut = () => {
      if (hasReceived(from + cutAfter)) response.destroy();
      else setTimeout(cut, 5);
    };
    response.write(body.subarray(0, cutAfter), () => setTimeout(cut, 20));
  } else if (fault?.stallAfter !== undefined) response.write(body.subarray(0, fault.stallAfter));
  else response.end(body);
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
