import { AttuneError } from '@attune/internal';
import { keyOf, type PooledModel, specOf } from './open-models';
import { startWorker, type WorkerHandle } from './worker-handle';

// The workers of a pool: started with all models, replaced when one ends, and told of a model's new version.

/** A place for a worker, and what it has to do. */
export interface Seat {
  worker: WorkerHandle;
  /** Whether all models are open in it. */
  isReady: boolean;
  /** Whether it labels a batch. */
  isBusy: boolean;
  /** Texts that it writes. */
  writes: number;
}

interface StaffOptions {
  readonly workers: number;
  readonly models: ReadonlyMap<string, PooledModel>;
  /** The program of a worker. */
  readonly url: URL;
  readonly onNote: (note: string) => void;
  /** A worker is ready, at first or again. */
  readonly onReady: () => void;
}

/** A wait before a worker that ended is started again, longer each time that it fails to. */
const [firstWait, longestWait] = [100, 10_000];

/** The workers of a pool. */
export class Staff {
  readonly seats: Seat[] = [];
  /** Workers that ended and were replaced. */
  restarts = 0;
  #isClosing = false;
  /** One model is opened or replaced at a time, so that a new worker misses no version. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly options: StaffOptions) {}

  /** Starts all workers. Where a model does not open, all are closed and the error is thrown. */
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

  /** Opens a model's next version everywhere, and then lets go of the old one. */
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
    this.options.onNote(`a worker ended (${reason}) and is started again`);
    for (let wait = firstWait; !this.#isClosing; wait = Math.min(2 * wait, longestWait)) {
      await new Promise((resolve) => setTimeout(resolve, wait).unref());
      if (this.#isClosing) return;
      try {
        seat.worker = this.#worker(seat);
        await this.#inTurn(() => this.#openAll(seat));
        return this.options.onReady();
      } catch (error) {
        this.options.onNote(`a worker could not be started (${(error as Error).message}); it is tried again`);
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
  new AttuneError('POOL_WORKER', `${name}: expected a worker to open it in, got none that is alive; try again`);
