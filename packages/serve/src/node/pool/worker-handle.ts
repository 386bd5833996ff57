import { Worker } from 'node:worker_threads';
import { AttuneError, type AttuneErrorCode } from '@attune/internal';
import { timerMs } from '../timer';
import type { Answer, ModelFacts, ModelSpec, PostedError, Request } from './messages';

type Asking = Exclude<Extract<Request, { id: number }>, { kind: 'stop' }>;
type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;

/** Callbacks for the outcome of a request to a worker. */
export interface Listener {
  onPiece?(text: string): void;
  onAnswer(answer: Extract<Answer, { kind: 'opened' | 'predicted' | 'written' }>): void;
  /** The request failed; `isLost` where the worker ended before it could answer. */
  onFailed(error: Error, isLost: boolean): void;
}

/** A worker and its open requests. */
export interface WorkerHandle {
  /** Sends a request and returns its id. */
  ask(request: WithoutId<Asking>, listener: Listener): number;
  /** Opens a model. */
  open(spec: ModelSpec): Promise<ModelFacts>;
  /** Asks to stop generating a text, between two tokens. */
  stop(id: number): void;
  /** Frees a model once its calls have ended. */
  drop(key: string): void;
  /** Asks the worker to end and resolves when it has, or after some milliseconds, when it stops keeping the process alive. It is never terminated: terminating onnxruntime during a run ends the process. */
  close(milliseconds: number): Promise<void>;
  readonly isAlive: boolean;
  /** Number of open requests. */
  readonly pending: number;
}

/** Restores an error that a worker sent. */
export function errorOf({ message, code }: PostedError): Error {
  return code === undefined ? new Error(message) : new AttuneError(code as AttuneErrorCode, message);
}

/** Starts a worker. `onEnd` is called when it ends without being asked to. */
export function startWorker(url: URL, onEnd: (reason: string) => void): WorkerHandle {
  const worker = new Worker(url);
  const listeners = new Map<number, Listener>();
  let [ids, isAlive, isClosing, reason] = [0, true, false, ''];

  worker.on('message', (answer: Answer) => {
    const listener = listeners.get(answer.id);
    if (answer.kind === 'piece') return listener?.onPiece?.(answer.text);
    listeners.delete(answer.id);
    if (answer.kind === 'failed') listener?.onFailed(errorOf(answer.error), false);
    else listener?.onAnswer(answer);
  });
  worker.on('error', (error) => {
    reason = error.message;
  });
  worker.on('exit', (code) => {
    isAlive = false;
    const why = reason || `it ended with exit code ${code}`;
    const lost = [...listeners.values()];
    listeners.clear();
    if (!isClosing) onEnd(why); // first, so that failed inputs are not given to this worker again
    for (const listener of lost) listener.onFailed(lostError(why), true);
  });

  const ask: WorkerHandle['ask'] = (request, listener) => {
    const id = ids++;
    if (!isAlive) {
      queueMicrotask(() => listener.onFailed(lostError('it has ended'), true));
      return id;
    }
    listeners.set(id, listener);
    worker.postMessage({ ...request, id });
    return id;
  };
  return {
    ask,
    open: (spec) =>
      new Promise((resolve, reject) => {
        ask(
          { kind: 'open', spec },
          { onAnswer: (answer) => answer.kind === 'opened' && resolve(answer.facts), onFailed: reject },
        );
      }),
    stop: (id) => isAlive && worker.postMessage({ kind: 'stop', id }),
    drop: (key) => isAlive && worker.postMessage({ kind: 'drop', key }),
    async close(milliseconds) {
      isClosing = true;
      if (!isAlive) return;
      worker.postMessage({ kind: 'close' });
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([
        new Promise((resolve) => worker.once('exit', resolve)),
        new Promise((resolve) => {
          timer = setTimeout(resolve, timerMs(milliseconds));
        }),
      ]);
      clearTimeout(timer);
      if (isAlive) worker.unref();
    },
    get isAlive() {
      return isAlive;
    },
    get pending() {
      return listeners.size;
    },
  };
}

const lostError = (why: string) =>
  new AttuneError('POOL_WORKER', `pool: expected a worker that answers, got one that ended: ${why}; try again`);
