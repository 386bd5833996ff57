import { pathToFileURL } from 'node:url';
import type { CommitOutput } from '@huggingface/hub';
import { withoutTokens } from '../hub/errors';
import { checkedBatches } from './check-batch';
import type { Destination } from './errors';
import { limitedFetch } from './limited-fetch';

/** A file of a model directory. */
export interface ModelFile {
  /** Path relative to the directory, with `/` as separator. */
  readonly path: string;
  /** Local path. */
  readonly location: string;
  /** Size in bytes. */
  readonly size: number;
  /** Content to upload instead of the file's own. */
  readonly content?: string;
  /** Names of entries removed from it. */
  readonly withheld?: readonly string[];
}

/** Progress of the upload of one file. */
export interface PushProgress {
  /** Path in the repository. */
  readonly file: string;
  /** Bytes sent so far; a small file is sent as a whole with the last request. */
  readonly sent: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Connection to the hub. */
export interface Connection extends Destination {
  readonly token: string;
  readonly fetch: typeof fetch;
  /** Timeout of a request without progress, in milliseconds. */
  readonly silence: number;
  readonly signal?: AbortSignal;
}

interface UploadOptions extends Connection {
  readonly revision: string;
  readonly onProgress?: (progress: PushProgress) => void;
}

/** Uploads the files as one commit and returns its address. The repository gets all files or none. */
export async function uploadFiles(files: readonly ModelFile[], options: UploadOptions): Promise<string> {
  const { repository, endpoint, token, revision, signal, silence } = options;
  const { commitIter } = await import('@huggingface/hub');
  const progress = trackProgress(files, options.onProgress);
  const ending = new AbortController();
  const limits = { signal: AbortSignal.any([...(signal ? [signal] : []), ending.signal]), silence };
  const requests = checkedBatches(limitedFetch(options.fetch, { ...limits, onSent: progress.add }), options);
  const watched = watchFailures(requests);
  const steps = commitIter({
    title: 'Upload model with Attune',
    repo: { type: 'model', name: repository },
    operations: files.map(({ path, location, content }) => ({
      operation: 'addOrUpdate',
      path,
      content: content ? new Blob([content]) : pathToFileURL(location),
    })),
    branch: revision,
    accessToken: token,
    hubUrl: endpoint,
    abortSignal: signal,
    fetch: watched.fetch,
    // Every hub and mirror accepts whole files; Xet's chunks need a second service and help only with small changes of files.
    useXet: false,
  });
  try {
    for (;;) {
      const step = await Promise.race([steps.next(), watched.failed]);
      if (step.done) {
        const url = urlOf(step.value);
        for (const { path } of files) progress.complete(path);
        return url;
      }
      const { value } = step;
      if (value.event === 'fileProgress' && value.state === 'uploading' && value.progress === 1)
        progress.complete(value.path);
    }
  } finally {
    ending.abort(); // aborts pending requests of a failed upload
  }
}

/** Ends the upload with the first failed request: the library may lose its error and wait forever for the file. */
function watchFailures(request: typeof fetch): { readonly fetch: typeof fetch; readonly failed: Promise<never> } {
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // thrown where the upload is awaited
  return {
    failed,
    fetch: async (input, init) => {
      try {
        return await request(input, init);
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  };
}

function urlOf(output: CommitOutput | undefined): string {
  const url = output?.commit.url;
  if (typeof url === 'string' && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))
    return withoutTokens(new URL(url).href);
  throw new Error(`an answer without the address of a commit (${url})`);
}

/** Counts the bytes sent of each file; reports completion, with the full size, once. */
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
