import { pathToFileURL } from 'node:url';
import type { CommitOutput } from '@huggingface/hub';
import { countingFetch } from './counting-fetch';
import type { Destination } from './errors';
import type { ModelFile } from './model-files';

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

export interface UploadOptions extends Connection {
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
