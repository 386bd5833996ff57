import { AttuneError } from '@attune/internal';
import { revisionPattern } from '../hub/cache';
import { type Environment, hubSettings, isOffline, uploadSilence } from '../hub/environment';
import { noToken, notPrivate, pushError, statusOf } from './errors';
import { filesToPush } from './files-to-push';
import { limitedFetch } from './limited-fetch';
import { type Connection, type PushProgress, uploadFiles } from './upload-files';

/** Options of `pushModel`. */
export interface PushOptions {
  /** Token with write access; default HF_TOKEN, or the one stored by `hf auth login`. */
  readonly token?: string;
  /** Address of the hub; default HF_ENDPOINT, or https://huggingface.co. */
  readonly endpoint?: string;
  /** Creates a private repository, and refuses an existing public one; default the account's setting. */
  readonly private?: boolean;
  /** Branch to commit to; default `main`. */
  readonly revision?: string;
  /** Called with the progress of each file; default none. */
  readonly onProgress?: (progress: PushProgress) => void;
  /** Aborts the upload; its reason is thrown. Default none. */
  readonly signal?: AbortSignal;
  /** `fetch` to use; default the global one, or one through the proxy in the environment. */
  readonly fetch?: typeof fetch;
  /** Environment variables HF_TOKEN, HF_ENDPOINT, HF_HOME, …; default `process.env`. */
  readonly environment?: Environment;
}

/** `owner/name`, as huggingface_hub accepts them. */
const fullName = /^(?!.*(?:--|\.\.))(?!.*\.git$)\w(?:[\w.-]{0,94}\w)?\/\w(?:[\w.-]{0,94}\w)?$/;

/**
 * Uploads a model directory to the hub as one commit and returns the commit's address.
 *
 * Creates the repository if needed. Uploads every regular file, including subdirectories, except hidden and temporary
 * files, as `filesToPush` lists them. Files that exist only in the repository are kept. Large files are streamed.
 *
 * @throws AttuneError ARGUMENT_INVALID for a name other than `owner/name`, CHECKPOINT_MISSING for a directory without a
 * model, HUB_UNAUTHORIZED, HUB_NOT_FOUND, HUB_NOT_PRIVATE, HUB_OFFLINE, and HUB_UPLOAD for an upload that was interrupted
 * or refused and can be repeated
 * @example
 * const url = await pushModel('runs/sectors/model', 'ada/sectors', { private: true });
 */
export async function pushModel(directory: string, repository: string, options: PushOptions = {}): Promise<string> {
  const { revision = 'main', onProgress, private: isPrivate = false } = options;
  checkRepository(repository);
  checkRevision(revision);
  const files = await filesToPush(directory);
  const connection = await connect(repository, options);
  try {
    await ensureRepository(connection, isPrivate);
    return await uploadFiles(files, { ...connection, revision, onProgress });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw pushError(error, connection);
  }
}

/** @throws AttuneError ARGUMENT_INVALID for a name other than `owner/name` */
export function checkRepository(repository: string): void {
  if (fullName.test(repository)) return;
  const what = `repository: expected owner/name (letters, digits, "-", "_", "."), got "${repository}"`;
  throw new AttuneError('ARGUMENT_INVALID', `${what}; the owner is your account on the hub, or an organization`);
}

function checkRevision(revision: string): void {
  if (!revisionPattern.test(revision)) throw new RangeError(`pushModel: revision expected a branch, got "${revision}"`);
}

async function connect(repository: string, options: PushOptions): Promise<Connection> {
  const { environment = process.env, signal } = options;
  if (isOffline(environment)) {
    const message = `${repository}: pushing needs the hub, but HF_HUB_OFFLINE is set; unset it`;
    throw new AttuneError('HUB_OFFLINE', message);
  }
  const own = {
    HF_TOKEN: options.token ?? environment.HF_TOKEN,
    HF_ENDPOINT: options.endpoint ?? environment.HF_ENDPOINT,
  };
  const { endpoint, token, reach } = await hubSettings({ ...environment, ...own }, { needsToken: true });
  if (token === undefined) throw noToken({ repository, endpoint }, 'none');
  if (!token.startsWith('hf_')) throw noToken({ repository, endpoint }, 'one that does not begin with "hf_"');
  const way = { fetch: options.fetch ?? reach?.fetch ?? fetch, proxy: reach?.proxyFor(endpoint) };
  return { repository, endpoint, token, signal, silence: uploadSilence(environment), ...way };
}

/**
 * Creates the repository if it does not exist. With `isPrivate`, an existing one must be private.
 *
 * A token for one repository may be allowed to write to it but not to create it, so a refusal matters only if the repository does not exist.
 *
 * @throws AttuneError HUB_NOT_PRIVATE before anything is uploaded
 */
async function ensureRepository(connection: Connection, isPrivate: boolean): Promise<void> {
  const { repository, endpoint, token, signal, silence } = connection;
  const { createRepo, modelInfo } = await import('@huggingface/hub');
  const access = {
    accessToken: token,
    hubUrl: endpoint,
    fetch: limitedFetch(connection.fetch, { signal, silence, onSent: () => {} }),
  };
  try {
    const repo = { type: 'model', name: repository } as const;
    await createRepo({ ...access, repo, ...(isPrivate && { visibility: 'private' }) });
  } catch (error) {
    const status = statusOf(error);
    if (status !== 403 && status !== 409) throw error;
    const existing = await modelInfo({ ...access, name: repository }).catch((reason: unknown) => {
      throw status === 403 ? error : reason;
    });
    if (isPrivate && existing.private !== true) throw notPrivate(connection);
  }
}
