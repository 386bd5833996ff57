// Checks the hub's upload addresses for large files, because the library waits forever for a wrong address.
import { AttuneError } from '@attune/internal';
import type { Destination } from './errors';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `fetch` that refuses a batch response in which an upload cannot start. */
export function checkedBatches(request: typeof fetch, destination: Destination): typeof fetch {
  return async (input, init) => {
    const response = await request(input, init);
    const isBatch = /\/info\/lfs\/objects\/batch$/.test(String(input instanceof Request ? input.url : input));
    if (!isBatch || !response.ok) return response;
    const answer: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    const problem = problemOf(answer, sizesIn(init?.body));
    if (problem === undefined) return response;
    const { repository, endpoint } = destination;
    const what = `${repository}: expected upload addresses for large files from ${endpoint}, got ${problem}`;
    throw new AttuneError('HUB_RESPONSE', `${what}; check that HF_ENDPOINT is a Hugging Face hub, then push again`);
  };
}

/** Sizes of the requested files, by hash. */
function sizesIn(body: unknown): ReadonlyMap<unknown, number> {
  const { objects } = JSON.parse(String(body)) as { objects: { oid: string; size: number }[] };
  return new Map(objects.map(({ oid, size }) => [oid, size]));
}

/** The fault of a batch response; undefined if there is none. */
function problemOf(answer: unknown, sizes: ReadonlyMap<unknown, number>): string | undefined {
  if (!isJson(answer) || !Array.isArray(answer.objects)) return 'an answer without a list of files';
  for (const object of answer.objects) {
    const size = isJson(object) ? sizes.get(object.oid) : undefined;
    if (!isJson(object) || size === undefined) return 'a file that was not requested';
    if (object.error != null || object.actions == null) continue; // refused with a reason, or already uploaded
    const upload = isJson(object.actions) ? object.actions.upload : undefined;
    if (upload == null) continue;
    const problem = isJson(upload) ? placeProblem(upload, size) : 'an address that is not an object';
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function placeProblem({ href, header }: Json, size: number): string | undefined {
  const fields = isJson(header) ? header : {};
  const parts = Object.entries(fields).flatMap(([name, value]) => (/^\d+$/.test(name) ? [value] : []));
  const wrong = [href, ...parts].filter((address) => !isAddress(address));
  if (wrong.length > 0)
    return wrong[0] === undefined ? 'none' : `${JSON.stringify(wrong[0]).slice(0, 200)}, which is not an HTTP address`;
  const { chunk_size: partSize } = fields;
  if (partSize === undefined) return undefined;
  const expected = Math.ceil(size / Number(partSize));
  return parts.length === expected ? undefined : `${parts.length} parts of ${Number(partSize)} bytes for ${size}`;
}

const isAddress = (value: unknown): boolean =>
  typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
