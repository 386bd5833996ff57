import type { PoolInput } from './messages';

// What waits for a worker: single inputs of calls, which batches are made of.

/** A call of `predict`: its answers as they come, and its end. */
export interface Call {
  readonly signal?: AbortSignal;
  /** Takes the prediction of the input at a place. */
  answer(place: number, prediction: unknown): void;
  fail(error: unknown): void;
  readonly isOver: boolean;
}

/** One input of a call. */
export interface Item {
  readonly call: Call;
  readonly place: number;
  readonly input: PoolInput;
  /** Its tokens, about. */
  readonly cost: number;
  /** How often it was given to a worker that then ended. */
  tries: number;
}

/** Some characters make a token, and each text has two of its own. */
export function costOf(input: PoolInput, maxLength: number): number {
  const texts = typeof input === 'string' ? [input] : Object.values(input);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return Math.min(Math.ceil(characters / 4) + 2, maxLength);
}

/** Inputs for one model, first come, first served. */
export class InputQueue {
  #items: Item[] = [];
  #head = 0;
  /** Milliseconds per token, as measured; undefined before the first batch. */
  #pace: number | undefined;

  /** Inputs that wait, of calls that are over too until a batch is made. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  add(items: readonly Item[]): void {
    for (const item of items) this.#items.push(item);
  }

  /** Puts inputs back before all others. */
  putBack(items: readonly Item[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
  }

  /** Forgets the inputs of calls that are over, and says how many. */
  forget(): number {
    const before = this.length;
    this.#items = this.#items.slice(this.#head).filter(({ call }) => !call.isOver);
    this.#head = 0;
    return before - this.length;
  }

  /** The next batch: at least one input, and further ones within the limits. */
  take({ maxTokens, maxMs }: { readonly maxTokens: number; readonly maxMs: number }): Item[] {
    const most = this.#pace === undefined ? maxTokens : Math.min(maxTokens, maxMs / this.#pace);
    const batch: Item[] = [];
    let tokens = 0;
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head];
      if (batch.length > 0 && tokens + item.cost > most) break;
      this.#head++;
      tokens += item.cost;
      batch.push(item);
    }
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Learns from a batch how long a token takes. */
  measured(batch: readonly Item[], milliseconds: number): void {
    const tokens = batch.reduce((sum, { cost }) => sum + cost, 0);
    const own = milliseconds / tokens;
    this.#pace = this.#pace === undefined ? own : 0.8 * this.#pace + 0.2 * own;
  }
}
