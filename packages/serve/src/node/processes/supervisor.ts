import cluster, { type Worker } from 'node:cluster';
import { AttuneError } from '@attune/internal';
import { metricsOfAll } from './all-metrics';
import { type FromProcess, isOurs, type ToProcess } from './messages';
import { supervised } from './supervised';

// Processes that serve at one address: the system's or Node's hand each connection to one of them. A native crash ends one of them alone.

/** Options of `openProcesses`. */
export interface ProcessesOptions {
  /** How many. */
  readonly processes: number;
  /** The program of a process: it calls `openService`, and `superviseService` with what that gives. */
  readonly program: string;
  /** Its arguments; default none. */
  readonly args?: readonly string[];
  /** Milliseconds that a process may take to end before it is killed; default 60,000. */
  readonly closeMs?: number;
  /** Receives notes: a process that ended and was replaced, a model that was opened again; default none. */
  readonly onNote?: (note: string) => void;
}

/** Processes that serve. */
export interface Processes {
  /** Where they listen. */
  readonly url: string;
  /** Names of the models. */
  readonly models: readonly string[];
  /** Ids of the processes that serve at the moment. */
  readonly pids: readonly number[];
  /** Tells every process to open its models again. */
  reload(): void;
  /** Tells every process to answer what it has and to end, and resolves when all have ended. */
  close(): Promise<void>;
}

/** A wait before a process that ended is started again, longer each time that it ends before it serves. */
const [firstWait, longestWait] = [100, 10_000];

/**
 * Starts processes that serve at one address, and starts one anew where it ends: after a native crash, for one.
 *
 * @throws AttuneError SERVICE_PROCESS where the first ends before it serves; it says why on standard error
 * @example
 * const processes = await openProcesses({ processes: 2, program: 'serve.js' });
 * process.once('SIGTERM', () => processes.close());
 */
export async function openProcesses(options: ProcessesOptions): Promise<Processes> {
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
      worker.on('error', () => {}); // its channel broke: it ends, which is told below
      worker.on('exit', (code, signal) => {
        const had = serving.delete(worker.id);
        if (!had) return reject(endedEarly(signal ?? `code ${code}`));
        if (isClosing) return;
        onNote(`process ${worker.process.pid} ended (${signal ?? `exit code ${code}`}) and is started again`);
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
    const end = (worker: Worker) => ended(worker, serving.has(worker.id) ? closeMs : 0); // one that does not serve yet has nothing to answer
    // The last serves until the others have ended: a connection on its way to one of them is given to it.
    const last = alive.findLast((worker) => serving.has(worker.id));
    await Promise.all(alive.filter((worker) => worker !== last).map(end));
    if (last) await end(last);
  };

  const found = await start(); // alone, so that what is wrong with the options is said once
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

/** Tells a process something; one that has ended is told nothing. */
export function send(worker: Worker, message: ToProcess): void {
  if (worker.isConnected()) worker.send(message, undefined, () => {});
}

/** Tells a process to end, and waits until it has. */
function ended(worker: Worker, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => worker.process.kill('SIGKILL'), milliseconds);
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
    `processes: expected one that serves, got one that ended with ${how}; what it wrote to standard error says why`,
  );
