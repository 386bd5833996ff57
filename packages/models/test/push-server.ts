import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as it arrived. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Buffer;
}

export interface HubServerOptions {
  /** Repositories that are there already. */
  readonly existing?: Readonly<Record<string, { readonly private: boolean }>>;
  /** Files of so many bytes go to the store of large files; default 1000. */
  readonly largeFrom?: number;
  /** Large files travel in parts of so many bytes. */
  readonly partBytes?: number;
}

/** What a request gets instead of its answer: an error, or no answer but a cut connection, after so many bytes. */
export type Fault = { readonly status: number; readonly error: string } | { readonly cutAfter: number };

export interface HubServer {
  readonly endpoint: string;
  readonly requests: Seen[];
  /** By name: as they were created, and what was committed to them. */
  readonly repositories: Map<string, { private: boolean; files: Map<string, Buffer> }>;
  readonly commits: { summary: string; repository: string; branch: string }[];
  /** Asked before every request is answered. */
  fault: (method: string, path: string) => Fault | undefined;
}

export const validToken = 'hf_write';

/** What requests hold, all routes together. */
interface Json {
  readonly key: string;
  readonly value: Json;
  readonly path: string;
  readonly size: number;
  readonly oid: string;
  readonly content: string;
  readonly summary: string;
  readonly name: string;
  readonly organization: string;
  readonly type: string;
  readonly visibility?: string;
  readonly files: readonly Json[];
  readonly objects: readonly Json[];
  readonly parts: readonly { readonly partNumber: number }[];
}

/** A hub on 127.0.0.1, for one test: the routes that an upload takes, as huggingface.co answers them. */
export async function startPushHub(options: HubServerOptions = {}): Promise<HubServer> {
  const { existing = {}, largeFrom = 1000, partBytes } = options;
  const blobs = new Map<string, Buffer>();
  const parts = new Map<string, Buffer>();
  const hub: HubServer = {
    endpoint: '',
    requests: [],
    repositories: new Map(
      Object.entries(existing).map(([name, repository]) => [name, { ...repository, files: new Map() }]),
    ),
    commits: [],
    fault: () => undefined,
  };

  function answer({ method, path, authorization, body }: Seen): Answer {
    const is = (pattern: RegExp) =>
      path
        .match(pattern)
        ?.slice(1)
        .map((part) => part && decodeURIComponent(part));
    const stored = is(/^\/storage\/([0-9a-f]{64})(?:\/(\d+))?$/);
    if (stored) return method === 'PUT' ? store(stored, body) : join(stored[0], body);
    if (authorization !== `Bearer ${validToken}`)
      return [401, { error: 'Invalid credentials in Authorization header' }];
    if (path === '/api/repos/create') return create(jsonOf(body));
    const info = is(/^\/api\/models\/([^/]+\/[^/]+)\/revision\/HEAD\?/);
    if (info) return describe(info[0]);
    const upload = is(/^\/api\/models\/([^/]+\/[^/]+)\/(preupload|commit)\/([^/]+)$/);
    if (upload && !hub.repositories.has(upload[0])) return [404, { error: 'Repository not found' }];
    if (upload && upload[2] !== 'main') return [404, { error: `Invalid rev id: ${upload[2]}` }];
    if (upload?.[1] === 'preupload') return [200, { files: jsonOf(body).files.map(modeOf) }];
    if (upload) return commit(upload[0], upload[2], body);
    if (is(/^\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/)) return batch(jsonOf(body));
    return [404, { error: `no route ${method} ${path}` }];
  }

  const modeOf = ({ path, size }: Json) => ({ path, uploadMode: size >= largeFrom ? 'lfs' : 'regular' });

  function create({ organization, name, visibility, type }: Json): Answer {
    const id = `${organization}/${name}`;
    if (type !== 'model') return [400, { error: 'not a model' }];
    if (hub.repositories.has(id)) return [409, { error: 'You already created this model repo' }];
    hub.repositories.set(id, { private: visibility === 'private', files: new Map() });
    return [200, { url: `${hub.endpoint}/${id}`, id }];
  }

  function describe(id: string): Answer {
    const found = hub.repositories.get(id);
    return found ? [200, { id, _id: '1', private: found.private }] : [404, { error: 'Repository not found' }];
  }

  function batch({ objects }: Json): Answer {
    const action = (oid: string, size: number) => {
      const href = `${hub.endpoint.replace('127.0.0.1', 'localhost')}/storage/${oid}`; // another host than the hub's
      if (!partBytes) return { upload: { href } };
      const count = Math.ceil(size / partBytes);
      const addresses = Array.from({ length: count }, (_, i) => [`${i + 1}`.padStart(5, '0'), `${href}/${i + 1}`]);
      return { upload: { href, header: { chunk_size: `${partBytes}`, ...Object.fromEntries(addresses) } } };
    };
    const answers = objects.map(({ oid, size }) => ({
      oid,
      size,
      ...(!blobs.has(oid) && { actions: action(oid, size) }),
    }));
    return [200, { transfer: partBytes ? 'multipart' : 'basic', objects: answers }];
  }

  function store([oid, part]: string[], body: Buffer): Answer {
    if (part) {
      parts.set(`${oid}/${Number(part)}`, body);
      return [200, {}, { etag: `"${sha256(body)}"` }];
    }
    if (sha256(body) !== oid) return [400, { error: 'wrong hash' }];
    blobs.set(oid, body);
    return [200, {}];
  }

  function join(oid: string, body: Buffer): Answer {
    const pieces = jsonOf(body).parts.map(({ partNumber }) => parts.get(`${oid}/${partNumber}`) ?? Buffer.alloc(0));
    return store([oid], Buffer.concat(pieces));
  }

  function commit(repository: string, branch: string, body: Buffer): Answer {
    const lines = body.toString().split('\n').map(jsonOf);
    const files = lines.filter(({ key }) => key === 'file' || key === 'lfsFile');
    const contents = files.map(({ key, value }): [string, Buffer | undefined] => [
      value.path,
      key === 'file' ? Buffer.from(value.content, 'base64') : blobs.get(value.oid),
    ]);
    if (contents.some(([, content]) => content === undefined)) return [400, { error: 'a large file is not there' }];
    for (const [path, content] of contents) hub.repositories.get(repository)?.files.set(path, content as Buffer);
    hub.commits.push({ summary: lines[0].value.summary, repository, branch });
    const oid = createHash('sha1').update(body).digest('hex');
    return [200, { commitOid: oid, commitUrl: `${hub.endpoint}/${repository}/commit/${oid}` }];
  }

  const server = createServer(async (request, response) => {
    const [method = '', path = ''] = [request.method, request.url];
    const fault = hub.fault(method, path);
    const body = await bodyOf(request, fault && 'cutAfter' in fault ? fault.cutAfter : undefined);
    if (!body) return;
    const seen = { method, path, authorization: request.headers.authorization, body };
    hub.requests.push(seen);
    send(response, fault && 'status' in fault ? [fault.status, { error: fault.error }] : answer(seen));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return Object.assign(hub, { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
}

/** Status, JSON and headers. */
type Answer = [number, unknown, Record<string, string>?];

function send(response: ServerResponse, [status, json, headers]: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
}

/** What was sent, or nothing where the connection ended on the way. */
function bodyOf(request: IncomingMessage, cutAfter = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let received = 0;
  return new Promise((resolve) => {
    request.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (received >= cutAfter) request.socket.destroy();
    });
    request.on('end', () => resolve(received < cutAfter ? Buffer.concat(chunks) : undefined));
    request.on('error', () => resolve(undefined));
  });
}

function jsonOf(text: Buffer | string): Json {
  return JSON.parse(text.toString());
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
