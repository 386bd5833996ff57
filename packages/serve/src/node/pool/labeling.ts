import { AttuneError } from '@attune/internal';
import { LRUCache } from 'lru-cache';
import type { PoolInput } from './messages';
import { keyOf, type PooledModel } from './open-models';
import { type Call, costOf, type Item } from './queue';
import type { Seat } from './staff';

// Predicts inputs: calls wait in the queue of their model, and each free worker takes a batch of the inputs that have waited longest.

interface LabelingOptions {
  readonly models: ReadonlyMap<string, PooledModel>;
  readonly seats: readonly Seat[];
  readonly maxBatchTokens: number;
  readonly maxBatchMs: number;
  readonly cacheSize: number;
  readonly maxWaitMs: number;
  /** Called when a call has ended, so that waiting work can continue. */
  readonly onProgress: () => void;
}

/** A batch to run separately: the inputs of one of several calls whose common batch failed. */
interface Batch {
  readonly model: PooledModel;
  readonly items: readonly Item[];
}

export class Labeling {
  readonly #apart: Batch[] = [];
  readonly #cache: LRUCache<string, object> | undefined;
  /** Index of the model whose queue is checked first next time. */
  #turn = 0;
  /** Inputs that workers are computing. */
  running = 0;

  constructor(readonly options: LabelingOptions) {
    if (options.cacheSize > 0) this.#cache = new LRUCache({ max: options.cacheSize });
  }

  /** Inputs in the queues. */
  get queued(): number {
    const apart = this.#apart.reduce((sum, { items }) => sum + items.length, 0);
    return [...this.options.models.values()].reduce((sum, { queue }) => sum + queue.length, apart);
  }

  /** Estimated milliseconds until the queued inputs reach a worker, from the number of ready workers and the measured speed. */
  get waitMs(): number {
    const ready = this.options.seats.filter(({ isReady }) => isReady).length;
    const all = [...this.options.models.values()].reduce((sum, { queue }) => sum + queue.milliseconds, 0);
    return all / Math.max(1, ready);
  }

  /** Predictions of inputs, in order. */
  predict(model: PooledModel, inputs: readonly PoolInput[], signal?: AbortSignal): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const predictions = new Array<unknown>(inputs.length);
      let [left, isOver, hasBegun] = [inputs.length, false, false];
      const since = performance.now();
      const end = (settle: () => void) => {
        if (isOver) return;
        isOver = true;
        signal?.removeEventListener('abort', abort);
        settle();
      };
      const abort = () => {
        end(() => reject(signal?.reason));
        model.queue.forget();
        this.options.onProgress();
      };
      const call: Call = {
        answer(place, prediction) {
          predictions[place] = prediction;
          if (--left === 0) end(() => resolve(predictions));
        },
        fail: (error) => end(() => reject(error)),
        get isOver() {
          return isOver;
        },
        begin: () => {
          const waited = performance.now() - since;
          if (!hasBegun && waited > 2 * this.options.maxWaitMs) end(() => reject(waitedTooLong(waited)));
          else hasBegun = true;
          return !isOver;
        },
      };
      signal?.addEventListener('abort', abort, { once: true });
      if (inputs.length === 0) return end(() => resolve(predictions));
      model.queue.add(this.#unknown(model, inputs, call));
      this.dispatch();
    });
  }

  /** Gives a batch to each worker that is free. */
  dispatch(): void {
    for (const seat of this.options.seats) {
      if (!seat.isReady || seat.isBusy) continue;
      const batch = this.#next();
      if (batch === undefined) return;
      this.#run(seat, batch);
    }
  }

  /** Rejects all waiting calls. */
  failAll(error: Error): void {
    for (const { items } of this.#apart.splice(0)) for (const { call } of items) call.fail(error);
    for (const { queue } of this.options.models.values())
      for (const { call } of queue.take({ maxTokens: Number.POSITIVE_INFINITY, maxMs: Number.POSITIVE_INFINITY }))
        call.fail(error);
  }

  /** The inputs without a cached prediction; the others are answered from the cache. */
  #unknown(model: PooledModel, inputs: readonly PoolInput[], call: Call): Item[] {
    const { maxLength = 512 } = model.facts ?? {};
    return inputs.flatMap((input, place) => {
      const known = this.#cache?.get(cacheKey(model, input));
      if (known === undefined) return [{ call, place, input, cost: costOf(input, maxLength), tries: 0 }];
      call.answer(place, known);
      return [];
    });
  }

  #next(): Batch | undefined {
    const apart = this.#apart.shift();
    if (apart) return apart;
    const models = [...this.options.models.values()];
    const { maxBatchTokens: maxTokens, maxBatchMs: maxMs } = this.options;
    for (let i = 0; i < models.length; i++) {
      const model = models[(this.#turn + i) % models.length];
      while (model.queue.length > 0) {
        const items = model.queue.take({ maxTokens, maxMs }).filter(({ call }) => call.begin());
        if (items.length === 0) continue;
        this.#turn = (this.#turn + i + 1) % models.length;
        return { model, items };
      }
    }
    return undefined;
  }

  #run(seat: Seat, { model, items }: Batch): void {
    const { worker } = seat;
    const start = performance.now();
    const key = keyOf(model);
    seat.isBusy = true;
    this.running += items.length;
    const end = () => {
      this.running -= items.length;
      if (seat.worker === worker) seat.isBusy = false;
    };
    worker.ask(
      { kind: 'predict', key, inputs: items.map(({ input }) => input) },
      {
        onAnswer: (answer) => {
          if (answer.kind !== 'predicted') return;
          end();
          model.queue.measured(items, performance.now() - start);
          items.forEach(({ call, place, input }, i) => {
            const prediction = answer.predictions[i] as object;
            if (key === keyOf(model)) this.#cache?.set(cacheKey(model, input), prediction);
            call.answer(place, prediction);
          });
          this.options.onProgress();
        },
        onFailed: (error, isLost) => {
          end();
          if (isLost) this.#again(model, items, error);
          else this.#apartOrFailed({ model, items }, error);
          this.options.onProgress();
        },
      },
    );
  }

  /** Inputs of a worker that ended are tried again, once. */
  #again(model: PooledModel, items: readonly Item[], error: Error): void {
    for (const item of items) item.tries++;
    model.queue.putBack(items.filter(({ tries }) => tries < 2));
    for (const { call, tries } of items) if (tries >= 2) call.fail(error);
  }

  /** An error belongs to the call with the faulty input: if a batch has several calls, each is tried separately. */
  #apartOrFailed({ model, items }: Batch, error: Error): void {
    const calls = new Set(items.map(({ call }) => call));
    if (calls.size === 1) items[0].call.fail(error);
    else for (const call of calls) this.#apart.push({ model, items: items.filter((item) => item.call === call) });
  }
}

const cacheKey = (model: PooledModel, input: PoolInput) => `${keyOf(model)} ${JSON.stringify(input)}`;

const waitedTooLong = (milliseconds: number) =>
  new AttuneError(
    'POOL_FULL',
    `predict: expected a free worker in time, got none within ${Math.round(milliseconds)} ms, since batches take longer than before; try again later, or raise maxWaitMs`,
  );
