import { countingFetch } from './counting-fetch';
import { notPrivate, statusOf } from './errors';
import type { Connection } from './upload-files';

/**
 * Creates the repository unless it is there; `isPrivate` is a demand on one that is.
 *
 * A token for one repository may write there and create none, so that a refusal counts only where there is none.
 *
 * @throws AttuneError HUB_NOT_PRIVATE before anything is uploaded
 */
export async function ensureRepository(connection: Connection, isPrivate: boolean): Promise<void> {
  const { repository, endpoint, token, signal } = connection;
  const { createRepo, modelInfo } = await import('@huggingface/hub');
  const access = {
    accessToken: token,
    hubUrl: endpoint,
    fetch: countingFetch(connection.fetch, { signal, onSent: () => {} }),
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
