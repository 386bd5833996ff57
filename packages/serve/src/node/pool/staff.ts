import { AttuneError } from '@attune/internal';
import { keyOf, type PooledModel, specOf } from './open-models';
import { startWorker, type WorkerHandle } from './worker-handle';

// The workers of a pool. They start with all models, are replaced when they end, and load new versions of models.

/** The slot of a worker, and its current work. */
export interface Seat {
  worker: WorkerHandle;
  /** Whether all models are open in it. */
  isReady: boolean;
  /** Whether it is computing a batch. */
  isBusy: boolean;
  /** Number of texts that it is generating. */
  writes: number;
}

interface StaffOptions {
  readonly workers: number;
  readonly models: ReadonlyMap<string, PooledModel>;
  /** The program of a worker. */
  readonly url: URL;
  readonly onNote: (note: string) => void;
  /** Called when a worker has become ready. */
  readonly onReady: () => void;
}

/** Delay before a worker that ended is started again; it grows with each failed start. */
const [firstWait, longestWait] = [100, 10_000];

/** The workers of a pool. */
export class Staff {
  readonly seats: Seat[] = [];
  /** Number of workers that ended and were replaced. */
  restarts = 0;
  #isClosing = false;
  /** Models are opened or replaced one at a time, so that a new worker misses no version. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly options: StaffOptions) {}

  /** Starts all workers. If a model cannot be opened, closes all and throws the error. */
  async start(): Promise<void> {
    const { workers } = this.options;
    const seats = Array.from({ length: workers }, () => this.#seat());
    this.seats.push(...seats);
    try {
      await this.#inTurn(() => Promise.all(seats.map((seat) => this.#openAll(seat))));
    } catch (error) {
      await this.close(1000);
      throw error;
    }
  }

  /** Opens the next version of a model in all workers, then releases the old one. */
  replace(model: PooledModel, next: Pick<PooledModel, 'source' | 'bytes'>): Promise<void> {
    return this.#inTurn(async () => {
      const renewed = { ...model, ...next, version: model.version + 1 };
      const seats = this.seats.filter(({ worker }) => worker.isAlive);
      if (seats.length === 0) throw noWorker(model.name);
      const old = keyOf(model);
      const opened = await Promise.allSettled(seats.map(({ worker }) => worker.open(specOf(renewed))));
      const failed = opened.find((result) => result.status === 'rejected');
      if (failed) {
        for (const { worker } of seats) worker.drop(keyOf(renewed));
        throw failed.reason;
      }
      const [first] = opened as PromiseFulfilledResult<PooledModel['facts']>[];
      Object.assign(model, { ...next, version: renewed.version, facts: first.value });
      for (const { worker } of seats) worker.drop(old);
    });
  }

  /** Asks all workers to end. */
  async close(milliseconds: number): Promise<void> {
    this.#isClosing = true;
    await Promise.all(this.seats.map(({ worker }) => worker.close(milliseconds)));
  }

  #seat(): Seat {
    const seat = { isReady: false, isBusy: false, writes: 0 } as Seat;
    seat.worker = this.#worker(seat);
    return seat;
  }

  #worker(seat: Seat): WorkerHandle {
    return startWorker(this.options.url, (reason) => {
      const wasReady = seat.isReady;
      Object.assign(seat, { isReady: false, isBusy: false, writes: 0 });
      if (wasReady) void this.#startAgain(seat, reason);
    });
  }

  async #startAgain(seat: Seat, reason: string): Promise<void> {
    this.restarts++;
    this.options.onNote(`a worker ended (${reason}); starting another`);
    for (let wait = firstWait; !this.#isClosing; wait = Math.min(2 * wait, longestWait)) {
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
      if (this.#isClosing) return;
      try {
        seat.worker = this.#worker(seat);
        await this.#inTurn(() => this.#openAll(seat));
        return this.options.onReady();
      } catch (error) {
        this.options.onNote(`a worker could not be started (${(error as Error).message}); trying again`);
        await seat.worker.close(1000);
      }
    }
  }

  async #openAll(seat: Seat): Promise<void> {
    for (const model of this.options.models.values()) model.facts = await seat.worker.open(specOf(model));
    seat.isReady = true;
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const own = this.#last.then(work, work);
    this.#last = own.catch(() => {});
    return own;
  }
}

const noWorker = (name: string) =>
  new AttuneError('POOL_WORKER', `${name}: expected a running worker to open the model in, got none; try again`);
