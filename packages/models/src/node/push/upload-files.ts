import { pathToFileURL } from 'node:url';
import type { CommitOutput } from '@huggingface/hub';
import type { Destination } from './errors';

/** A file of a model's directory. */
export interface ModelFile {
  /** From the directory on, with `/` between its parts. */
  readonly path: string;
  readonly location: string;
  /** In bytes. */
  readonly size: number;
}

/** How far the upload of one file is. */
export interface PushProgress {
  readonly file: string;
  /** Bytes on their way; a small file travels as a whole, with the last request. */
  readonly sent: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** How the hub is spoken to. */
export interface Connection extends Destination {
  readonly token: string;
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal;
}

interface UploadOptions extends Connection {
  readonly revision: string;
  readonly onProgress?: (progress: PushProgress) => void;
}

/** Uploads the files as one commit, and gives its address: the repository has all of them afterwards, or none. */
export async function uploadFiles(files: readonly ModelFile[], options: UploadOptions): Promise<string> {
  const { repository, endpoint, token, revision, signal } = options;
  const { commitIter } = await import('@huggingface/hub');
  const progress = trackProgress(files, options.onProgress);
  const steps = commitIter({
    title: 'Upload model with Attune',
    repo: { type: 'model', name: repository },
    operations: files.map(({ path, location }) => ({
      operation: 'addOrUpdate',
      path,
      content: pathToFileURL(location),
    })),
    branch: revision,
    accessToken: token,
    hubUrl: endpoint,
    abortSignal: signal,
    fetch: countingFetch(options.fetch, { signal, onSent: progress.add }),
    // Every hub and mirror takes whole files; Xet's chunks need a second service, and pay for small changes of files.
    useXet: false,
  });
  for (;;) {
    const step = await steps.next();
    if (step.done) {
      const url = urlOf(step.value);
      for (const { path } of files) progress.complete(path);
      return url;
    }
    const { value } = step;
    if (value.event === 'fileProgress' && value.state === 'uploading' && value.progress === 1)
      progress.complete(value.path);
  }
}

function urlOf(output: CommitOutput | undefined): string {
  const url = output?.commit.url;
  if (typeof url === 'string' && URL.canParse(url)) return new URL(url).href;
  throw new Error(`an answer without the address of a commit (${url})`);
}

/** Adds up what is sent of each file; a file's end, its full size, is told once. */
function trackProgress(files: readonly ModelFile[], onProgress: (progress: PushProgress) => void = () => {}) {
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  const sent = new Map<string, number>();
  return {
    add(file: string, bytes: number) {
      const [size, total] = [sizes.get(file) ?? 0, (sent.get(file) ?? 0) + bytes];
      sent.set(file, total);
      if (total < size) onProgress({ file, sent: total, size });
    },
    complete(file: string) {
      const size = sizes.get(file);
      if (size === undefined) return;
      sizes.delete(file);
      onProgress({ file, sent: size, size });
    },
  };
}

interface CountingOptions {
  readonly signal?: AbortSignal;
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

/** `fetch`, abortable everywhere, that counts what it sends of large files. */
export function countingFetch(request: typeof fetch, { signal, onSent }: CountingOptions): typeof fetch {
  return (input, init = {}) => {
    const path = (init as Hinted).progressHint?.path;
    const options = { ...init, signal: init.signal ?? signal };
    if (path === undefined || !(init.body instanceof Blob)) return request(input, options);
    return request(input, { ...options, ...unrepeated, body: countedBlob(init.body, (bytes) => onSent(path, bytes)) });
  };
}

/** A blob that tells how much of it is read. Not a stream: of a blob, `fetch` knows the length beforehand. */
function countedBlob(content: Blob, onRead: (bytes: number) => void): Blob {
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
