import type { PoolInput } from './messages';

// What waits for a worker: single inputs of calls, which batches are made of.

/** A call of `predict`: its answers as they come, and its end. */
export interface Call {
  readonly signal?: AbortSignal;
  /** Takes the prediction of the input at a place. */
  answer(place: number, prediction: unknown): void;
  fail(error: unknown): void;
  readonly isOver: boolean;
  /** Whether it may still begin: a worker has some of its inputs already, or it has not waited too long. */
  begin(): boolean;
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

/** After so many tokens what was measured before counts a third. */
const memoryTokens = 8192;

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
  /** Tokens of the inputs that wait. */
  #tokens = 0;
  /** Tokens of the batches so far and the milliseconds that they took; those of long ago count less. */
  readonly #measured = { tokens: 0, milliseconds: 0 };

  /** Inputs that wait, of calls that are over too until a batch is made. */
  get length(): number {
    return this.#items.length - this.#head;
  }

  /** Milliseconds that one worker takes for what waits, as far as is known. */
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

  /** Forgets the inputs of calls that are over, and says how many. */
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

  /** Learns from a batch how long a token takes. A small batch counts by its tokens: most of its time would be the same for more of them. */
  measured(batch: readonly Item[], milliseconds: number): void {
    const tokens = costOfAll(batch);
    const kept = Math.exp(-tokens / memoryTokens);
    this.#measured.tokens = kept * this.#measured.tokens + tokens;
    this.#measured.milliseconds = kept * this.#measured.milliseconds + milliseconds;
  }
}

const costOfAll = (items: readonly Item[]) => items.reduce((sum, { cost }) => sum + cost, 0);
