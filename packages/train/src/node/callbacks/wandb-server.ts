import { hostname } from 'node:os';
import { reachOf } from '@attune/models/node';
import { version } from '../../../package.json';
import { rowJson, stepChart, type WandbRow, type WandbRun, type WandbSink } from './wandb-run';

interface StreamOptions {
  readonly server: WandbServer;
  readonly sendEverySeconds: number;
  /** Receives the first failure, and a warning for rows that are lost to the server. */
  readonly onWarning: (warning: string) => void;
  /** Advice on rows that did not reach the server. */
  readonly remedy: string;
  /** Called when everything has arrived. */
  readonly onDelivered: () => void;
}

/**
 * A sink that sends rows to a server in the background, every few seconds. Rows that do not arrive are sent again with
 * the next. Only `finish` waits for the network, and no call throws.
 */
export function openStream(run: WandbRun, options: StreamOptions): WandbSink {
  const { server, sendEverySeconds, onWarning, remedy, onDelivered } = options;
  let path: RunPath | undefined;
  let waiting: WandbRow[] = [];
  let summary: WandbRow = {};
  let sent = 0;
  let isRefused = false;
  let hasWarned = false;
  let sending: Promise<boolean> | undefined;

  const sendOnce = async (end?: StreamUpdate) => {
    const rows = waiting;
    path ??= await server.createRun(run);
    await server.stream(path, { complete: false, ...filesOf(rows, sent, summary), ...end });
    waiting = waiting.slice(rows.length);
    sent += rows.length;
  };
  /** Whether it arrived. */
  const send = async (end?: StreamUpdate): Promise<boolean> => {
    if (isRefused) return false;
    try {
      await sendOnce(end);
      return true;
    } catch (error) {
      isRefused = error instanceof WandbRefusal;
      const next = isRefused ? remedy : 'retrying during training';
      if (isRefused || !hasWarned)
        onWarning(`wandb: expected the server to accept the run, got ${reasonOf(error)}; ${next}`);
      hasWarned = true;
      return false;
    }
  };
  const tick = () => {
    sending ??= send().finally(() => {
      sending = undefined;
    });
  };
  const timer = setInterval(tick, sendEverySeconds * 1000);
  timer.unref();
  tick();

  return {
    write(row) {
      if (isRefused) return;
      waiting = [...waiting, row];
      summary = { ...summary, ...row };
    },
    async finish(exitCode) {
      clearInterval(timer);
      await sending;
      if (await send({ complete: true, exitcode: exitCode })) onDelivered();
      else if (!isRefused)
        onWarning(`wandb: expected the whole run to arrive at the server, got only a part, or nothing; ${remedy}`);
    },
  };
}

/** New lines of the history, and the summary, one line that is overwritten. */
function filesOf(rows: readonly WandbRow[], offset: number, summary: WandbRow): StreamUpdate {
  if (rows.length === 0) return {};
  return {
    files: {
      'wandb-history.jsonl': { offset, content: rows.map(rowJson) },
      'wandb-summary.json': { offset: 0, content: [rowJson(summary)] },
    },
  };
}

/** The message with that of its cause: `fetch failed` alone says too little. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}

/** Address of a W&B server, and the account. */
interface WandbServerOptions {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly timeoutSeconds: number;
}

/** The calls to a server that log a run. */
interface WandbServer {
  /** Creates the run; returns its entity and project there. */
  createRun(run: WandbRun): Promise<RunPath>;
  /** Appends to the run's files; with nothing to append, reports that the run is alive. */
  stream(path: RunPath, update: StreamUpdate): Promise<void>;
}

interface RunPath {
  readonly entity: string;
  readonly project: string;
  readonly id: string;
}

/** The body of a file_stream request: lines of files from a line number on, and the end. */
interface StreamUpdate {
  readonly files?: Readonly<Record<string, { readonly offset: number; readonly content: readonly string[] }>>;
  readonly complete?: boolean;
  readonly exitcode?: number;
}

/** A final refusal, such as an unknown key or a project without write access. */
class WandbRefusal extends Error {}

/** The two calls of W&B's HTTP interface with which its own clients log a run: `upsertBucket` (GraphQL) and `file_stream`. The proxies of the environment are used. */
export function wandbServer({ baseUrl, apiKey, timeoutSeconds }: WandbServerOptions): WandbServer {
  const base = baseUrl.replace(/\/+$/, '');
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': `attune ${version}`,
    Authorization: `Basic ${Buffer.from(`api:${apiKey}`).toString('base64')}`,
  };
  let reach: ReturnType<typeof reachOf> | undefined;
  const post = async (url: string, body: object) => {
    reach ??= reachOf(process.env);
    const { fetch: request = fetch } = (await reach) ?? {};
    const signal = AbortSignal.timeout(timeoutSeconds * 1000);
    const response = await request(url, { method: 'POST', headers, body: JSON.stringify(body), signal });
    const text = (await response.text()).replaceAll(apiKey, '***');
    if (!response.ok) throw failureOf(response.status, text);
    return text;
  };
  return {
    async createRun(run) {
      return runPathOf(run, await post(`${base}/graphql`, { query: upsertBucket, variables: variablesOf(run) }));
    },
    async stream({ entity, project, id }, update) {
      const path = [entity, project, id].map(encodeURIComponent).join('/');
      await post(`${base}/files/${path}/file_stream`, update);
    },
  };
}

/** A busy or failing server may recover; any other answer is final. */
function failureOf(status: number, text: string): Error {
  const message = `status ${status}: ${text.slice(0, 200)}`;
  return status >= 500 || status === 429 || status === 408 ? new Error(message) : new WandbRefusal(message);
}

const upsertBucket = `mutation UpsertBucket(
  $name: String, $project: String, $entity: String, $displayName: String, $config: JSONString, $host: String
) {
  upsertBucket(input: {
    name: $name, modelName: $project, entityName: $entity, displayName: $displayName, config: $config, host: $host
  }) {
    bucket { id name displayName project { name entity { name } } }
    inserted
  }
}`;

/** W&B's `name` is the run's id, and its `displayName` the run's name. */
function variablesOf({ id, project, entity, name, config = {} }: WandbRun) {
  const values = Object.entries(config).map(([key, value]) => [key, { value }]);
  return {
    name: id,
    project,
    entity: entity ?? null,
    displayName: name ?? null,
    config: JSON.stringify({ ...Object.fromEntries(values), _wandb: { value: { m: chartsOverSteps } } }),
    host: hostname(),
  };
}

/**
 * "There is a chart `train/global_step`, and all others (`*`) are drawn over it", in the numbers of `MetricRecord` in
 * wandb_internal.proto: 1 name, 2 glob_name, 5 step_metric_index (from 1), 6 options (1 step_sync, 3 defined).
 */
const chartsOverSteps = [
  { 1: stepChart, 6: [3] },
  { 2: '*', 5: 1, 6: [1, 3] },
];

interface UpsertAnswer {
  readonly data?: {
    readonly upsertBucket?: {
      readonly bucket?: { readonly project?: { readonly name?: string; readonly entity?: { readonly name?: string } } };
    };
  };
  readonly errors?: readonly { readonly message?: string }[];
}

/** The run's place in the server's answer, which may differ from the request: a key has its own entity. */
function runPathOf({ id }: WandbRun, text: string): RunPath {
  const answer = parsed(text);
  const project = answer.data?.upsertBucket?.bucket?.project;
  if (!project?.name || !project.entity?.name)
    throw new WandbRefusal(answer.errors?.[0]?.message ?? `unexpected answer: ${text.slice(0, 200)}`);
  return { id, project: project.name, entity: project.entity.name };
}

function parsed(text: string): UpsertAnswer {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}
