import type { HubSettings } from './environment';
import { type Asked, badResponse, statusError } from './errors';
import { askedFor, type Retries, request, silenceTimer, withRetries } from './request';

/** A file as the hub describes it. */
export interface RemoteFile {
  /** Of its address, from the endpoint on. */
  readonly path: string;
  readonly commit: string;
  /** Its name among Python's blobs: the sha256 of a large file, git's sha1 of another. */
  readonly etag: string;
  /** In bytes. */
  readonly size: number;
}

export interface HubRequest {
  readonly id: string;
  readonly settings: HubSettings;
  readonly retries: Retries;
}

/** The file's commit, hash and size, or `undefined` where the revision has no such file. */
export async function describeFile(
  name: string,
  revision: string,
  { id, settings, retries }: HubRequest,
): Promise<RemoteFile | undefined> {
  const path = `/${id}/resolve/${encodeURIComponent(revision)}/${encodeURIComponent(name)}`;
  const asked = askedFor(path, { id, settings });
  const response = await withRetries(retries, async () => {
    const timer = silenceTimer(settings.timeouts.metadata);
    const options = { id, settings, method: 'HEAD', signal: timer.signal, isAnswer: describesFile } as const;
    const answer = await request(path, options).finally(timer.stop);
    if (answer.status >= 300 && !answer.headers.has('location') && !isAbsent(answer, revision)) {
      throw statusError(asked, answer);
    }
    return answer;
  });
  return response.status === 404 ? undefined : readHeaders(response, { path, asked });
}

/**
 * A redirect to the store of large files answers what was asked: its headers describe the file. One within the hub
 * (a model that was renamed) leads to the answer, and so does one of a mirror that knows nothing of the file.
 */
function describesFile({ headers }: Response, location: string): boolean {
  return URL.canParse(location) && headers.has('x-repo-commit');
}

/** Some mirrors say no more than 404; of a commit that was just given, it can only mean the file. */
function isAbsent({ status, headers }: Response, revision: string): boolean {
  const code = headers.get('x-error-code');
  return status === 404 && (code === 'EntryNotFound' || (!code && isCommit(revision)));
}

function readHeaders({ headers }: Response, { path, asked }: { path: string; asked: Asked }): RemoteFile {
  const commit = headers.get('x-repo-commit') ?? '';
  const etag = plain(headers.get('x-linked-etag') ?? headers.get('etag') ?? '');
  const bytes = headers.get('x-linked-size') ?? (headers.has('location') ? null : headers.get('content-length'));
  // Both become names in the cache.
  if (!isCommit(commit)) {
    throw badResponse(asked, `expected a commit in the header x-repo-commit, got "${commit}"`);
  }
  if (!/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) {
    throw badResponse(asked, `expected a sha1 or sha256 in the header etag, got "${etag}"`);
  }
  if (bytes === null || !/^\d{1,15}$/.test(bytes)) {
    throw badResponse(asked, `expected a size in the header content-length, got "${bytes}"`);
  }
  return { path, commit, etag, size: Number(bytes) };
}

/** Whether a revision is a commit in full, whose files never change. */
export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** An entity tag without its quotes and its mark of weakness. */
function plain(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}
