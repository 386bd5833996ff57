import { rowJson, type WandbRow, type WandbRun, type WandbSink } from './run';
import { type RunPath, type StreamUpdate, WandbRefusal, type WandbServer } from './server';

export interface StreamOptions {
  readonly server: WandbServer;
  readonly sendEverySeconds: number;
  /** Told of the first failure, and when it is certain that rows will not arrive. */
  readonly onWarning: (warning: string) => void;
  /** What to do with rows that did not arrive. */
  readonly remedy: string;
  /** Called when everything has arrived. */
  readonly onDelivered: () => void;
}

/**
 * A sink that sends rows to a server in the background, some seconds' worth at a time. What does not arrive is sent again with
 * what follows; no call waits for the network but `finish`, and none throws.
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
      const next = isRefused ? remedy : 'it is tried again while training goes on';
      if (isRefused || !hasWarned)
        onWarning(`wandb: expected the server to take the run, got ${reasonOf(error)}; ${next}`);
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
        onWarning(`wandb: expected the whole run to arrive at the server, got a part or none; ${remedy}`);
    },
  };
}

/** New lines of the history, and the summary, which is one line that is written over. */
function filesOf(rows: readonly WandbRow[], offset: number, summary: WandbRow): StreamUpdate {
  if (rows.length === 0) return {};
  return {
    files: {
      'wandb-history.jsonl': { offset, content: rows.map(rowJson) },
      'wandb-summary.json': { offset: 0, content: [rowJson(summary)] },
    },
  };
}

/** `fetch failed` alone says nothing: its cause does. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message || (cause as NodeJS.ErrnoException).code})` : message;
}
