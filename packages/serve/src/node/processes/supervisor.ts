import cluster, { type Worker } from 'node:cluster';
import { AttuneError, checkOptions, type TableOf } from '@attune/internal';
import { timerMs } from '../timer';
import { metricsOfAll } from './all-metrics';
import { type FromProcess, isOurs, type ToProcess } from './messages';
import { supervised } from './supervised';

// Processes that serve at one address: the system or Node gives each connection to one of them. A native crash ends only one process.

/** Options of `openProcesses`. */
export interface ProcessesOptions {
  /** Number of processes. */
  readonly processes: number;
  /** Path of the program to run. It calls `openService`, and `superviseService` with the result. */
  readonly program: string;
  /** Arguments of the program; default none. */
  readonly args?: readonly string[];
  /** Milliseconds that a process may take to end before it is killed; default 60,000. */
  readonly closeMs?: number;
  /** Receives notes, for example about a process that was replaced or a model that was reloaded; default none. */
  readonly onNote?: (note: string) => void;
}

/** Running processes of a service. */
export interface Processes {
  /** Address that the service listens at, such as `http://127.0.0.1:8000`. */
  readonly url: string;
  /** Names of the models. */
  readonly models: readonly string[];
  /** Ids of the serving processes. */
  readonly pids: readonly number[];
  /** Reloads the models in every process. */
  reload(): void;
  /** Ends every process once it has answered its requests; resolves when all have ended. */
  close(): Promise<void>;
}

const processesTable = {
  processes: 'count!',
  program: 'path!',
  args: 'strings',
  closeMs: 'notNegative',
  onNote: 'function',
} satisfies TableOf<ProcessesOptions>;

/** Delay before a process that ended is started again; it grows each time that the process ends before it serves. */
const [firstWait, longestWait] = [100, 10_000];

/**
 * Starts processes that serve at one address, and replaces a process that ends, for example after a native crash.
 *
 * @throws AttuneError SERVICE_PROCESS if the first process ends before it serves; its standard error has the reason
 * @example
 * const processes = await openProcesses({ processes: 2, program: 'serve.js' });
 * process.once('SIGTERM', () => processes.close());
 */
export async function openProcesses(options: ProcessesOptions): Promise<Processes> {
  checkOptions('openProcesses', options, processesTable);
  const { processes, program, args = [], closeMs = 60_000, onNote = () => {} } = options;
  cluster.setupPrimary({ exec: program, args: [...args] });
  const serving = new Map<number, Worker>();
  let isClosing = false;

  /** Starts a process; resolves when it serves, rejects where it ends before. */
  const start = () =>
    new Promise<{ readonly url: string; readonly models: readonly string[] }>((resolve, reject) => {
      const worker = cluster.fork(supervised);
      worker.on('message', (message: unknown) => {
        if (!isOurs<FromProcess>(message)) return;
        if (message.attune === 'note') return onNote(message.text);
        if (message.attune === 'metrics') return void answerMetrics(worker, message.id);
        if (message.attune !== 'serving') return;
        serving.set(worker.id, worker);
        if (isClosing) send(worker, { attune: 'close' });
        resolve(message);
      });
      worker.on('error', () => {}); // the channel is broken: the process is ending, which is handled below
      worker.on('exit', (code, signal) => {
        const had = serving.delete(worker.id);
        if (!had) return reject(endedEarly(signal ?? `code ${code}`));
        if (isClosing) return;
        onNote(`process ${worker.process.pid} ended (${signal ?? `exit code ${code}`}); starting another`);
        void startAgain();
      });
    });
  const startAgain = async () => {
    for (let wait = firstWait; !isClosing; wait = Math.min(2 * wait, longestWait)) {
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
      if (isClosing) return;
      const found = await start().catch(({ message }: Error) => onNote(message));
      if (found) return;
    }
  };
  const answerMetrics = async (worker: Worker, id: number) => {
    send(worker, { attune: 'metrics', id, text: await metricsOfAll([...serving.values()]) });
  };
  const closeAll = async () => {
    const alive = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const end = (worker: Worker) => ended(worker, serving.has(worker.id) ? closeMs : 0); // a process that does not serve yet has no requests to answer
    // The last process serves until the others have ended, and takes the connections that were meant for them.
    const last = alive.findLast((worker) => serving.has(worker.id));
    await Promise.all(alive.filter((worker) => worker !== last).map(end));
    if (last) await end(last);
  };

  const found = await start(); // the first alone, so that a wrong option is reported once
  for (let i = 1; i < processes; i++)
    void start().catch(({ message }: Error) => {
      if (!isClosing) onNote(message);
      return startAgain();
    });
  let closed: Promise<void> | undefined;
  return {
    url: found.url,
    models: found.models,
    get pids() {
      return [...serving.values()].map(({ process }) => process.pid as number);
    },
    reload() {
      for (const worker of serving.values()) send(worker, { attune: 'reload' });
    },
    close() {
      isClosing = true;
      closed ??= closeAll();
      return closed;
    },
  };
}

/** Sends a message to a process, unless it has ended. */
export function send(worker: Worker, message: ToProcess): void {
  if (worker.isConnected()) worker.send(message, undefined, () => {});
}

/** Asks a process to end, and waits for it. */
function ended(worker: Worker, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), timerMs(milliseconds));
    worker.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    send(worker, { attune: 'close' });
  });
}

const endedEarly = (how: string) =>
  new AttuneError(
    'SERVICE_PROCESS',
    `processes: expected a process that serves, got one that ended with ${how}; see its messages on standard error`,
  );
