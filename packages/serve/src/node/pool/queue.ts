import type { PoolInput } from './messages';

// The queue of a model: single inputs of calls, from which batches are made.

/** A call of `predict`: receives predictions in any order, then ends. */
export interface Call {
  readonly signal?: AbortSignal;
  /** Receives the prediction of the input at an index. */
  answer(place: number, prediction: unknown): void;
  fail(error: unknown): void;
  readonly isOver: boolean;
  /** Whether it may still start: a worker has some of its inputs already, or it has not waited too long. */
  begin(): boolean;
}

/** One input of a call. */
export interface Item {
  readonly call: Call;
  readonly place: number;
  readonly input: PoolInput;
  /** Approximate number of tokens. */
  readonly cost: number;
  /** Number of workers that ended while computing it. */
  tries: number;
}

/** Number of tokens after which an earlier measurement counts a third. */
const memoryTokens = 8192;

/** Estimate of tokens: several characters per token, and two special tokens per text. */
export function costOf(input: PoolInput, maxLength: number): number {
  const texts = typeof input === 'string' ? [input] : Object.values(input);
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  return Math.min(Math.ceil(characters / 4) + 2, maxLength);
}

/** Inputs for one model, first come, first served. */
export class InputQueue {
  #items: Item[] = [];
  #head = 0;
  /** Tokens of the waiting inputs. */
  #tokens = 0;
  /** Tokens and milliseconds of the batches so far; older batches count less. */
  readonly #measured = { tokens: 0, milliseconds: 0 };

  /** Waiting inputs; those of ended calls stay until the next batch is made. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Estimated milliseconds that one worker needs for the waiting inputs. */
  get milliseconds(): number {
    const { tokens, milliseconds } = this.#measured;
    return tokens === 0 ? 0 : (this.#tokens * milliseconds) / tokens;
  }

  add(items: readonly Item[]): void {
    for (const item of items) this.#items.push(item);
    this.#tokens += costOfAll(items);
  }

  /** Puts inputs back before all others. */
  putBack(items: readonly Item[]): void {
    this.#items = [...items, ...this.#items.slice(this.#head)];
    this.#head = 0;
    this.#tokens += costOfAll(items);
  }

  /** Removes the inputs of ended calls and returns their number. */
  forget(): number {
    const before = this.length;
    this.#items = this.#items.slice(this.#head).filter(({ call }) => !call.isOver);
    this.#head = 0;
    this.#tokens = costOfAll(this.#items);
    return before - this.length;
  }

  /** The next batch: at least one input, and further ones within the limits. */
  take({ maxTokens, maxMs }: { readonly maxTokens: number; readonly maxMs: number }): Item[] {
    const { tokens: known, milliseconds } = this.#measured;
    const most = known === 0 ? maxTokens : Math.min(maxTokens, (maxMs * known) / milliseconds);
    const batch: Item[] = [];
    let tokens = 0;
    while (this.#head < this.#items.length) {
      const item = this.#items[this.#head];
      if (batch.length > 0 && tokens + item.cost > most) break;
      this.#head++;
      tokens += item.cost;
      batch.push(item);
    }
    this.#tokens -= tokens;
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }

  /** Updates the time per token from a batch. A small batch has little weight: most of its time does not depend on the number of tokens. */
  measured(batch: readonly Item[], milliseconds: number): void {
    const tokens = costOfAll(batch);
    const kept = Math.exp(-tokens / memoryTokens);
    this.#measured.tokens = kept * this.#measured.tokens + tokens;
    this.#measured.milliseconds = kept * this.#measured.milliseconds + milliseconds;
  }
}

const costOfAll = (items: readonly Item[]) => items.reduce((sum, { cost }) => sum + cost, 0);
