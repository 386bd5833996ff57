import type { PoolPrompt, PostedTextOptions } from './messages';
import { keyOf, type PooledModel } from './open-models';
import type { WrittenText } from './options';
import type { Seat } from './staff';
import type { WorkerHandle } from './worker-handle';

// Generates texts: each waits for a worker with a free slot, and arrives in pieces.

interface WritingOptions {
  readonly seats: readonly Seat[];
  /** Maximum concurrent texts per worker. */
  readonly writers: number;
  /** Called when a text has ended, so that waiting work can continue. */
  readonly onProgress: () => void;
}

/** A text to generate. */
interface Text {
  readonly model: PooledModel;
  readonly prompt: PoolPrompt;
  readonly options: PostedTextOptions;
  readonly out: Pieces;
  tries: number;
}

export class Writing {
  #waiting: Text[] = [];
  /** Number of texts that workers are generating. */
  running = 0;
  /** Measured milliseconds per text; undefined before the first. */
  #usual: number | undefined;

  constructor(readonly options: WritingOptions) {}

  /** Number of waiting texts. */
  get queued(): number {
    return this.#waiting.length;
  }

  /** Estimated milliseconds until the waiting texts reach a worker, if they take as long as earlier ones. */
  get waitMs(): number {
    const { seats, writers } = this.options;
    const places = seats.filter(({ isReady }) => isReady).length * writers;
    return (this.queued * (this.#usual ?? 0)) / Math.max(1, places);
  }

  /** Yields the pieces of a text and returns the whole. A reader that stops ends the text. */
  async *write(
    model: PooledModel,
    prompt: PoolPrompt,
    { signal, ...options }: PostedTextOptions & { readonly signal?: AbortSignal },
  ): AsyncGenerator<string, WrittenText, void> {
    signal?.throwIfAborted();
    const out = new Pieces();
    const text: Text = { model, prompt, options, out, tries: 0 };
    const abort = () => out.fail(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.#waiting.push(text);
    this.dispatch();
    try {
      for (;;) {
        const next = await out.next();
        if (typeof next !== 'string') return next;
        yield next;
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      this.#waiting = this.#waiting.filter((other) => other !== text);
      out.stop();
      this.options.onProgress();
    }
  }

  /** Gives a text to each worker with a free slot. */
  dispatch(): void {
    for (;;) {
      const free = this.options.seats.filter(({ isReady, writes }) => isReady && writes < this.options.writers);
      if (free.length === 0 || this.#waiting.length === 0) return;
      const seat = free.reduce((a, b) => (b.writes < a.writes ? b : a));
      this.#run(seat, this.#waiting.shift() as Text);
    }
  }

  /** Rejects all waiting texts. */
  failAll(error: Error): void {
    for (const { out } of this.#waiting.splice(0)) out.fail(error);
  }

  #run(seat: Seat, text: Text): void {
    const { worker } = seat;
    const { model, prompt, options, out } = text;
    const start = performance.now();
    seat.writes++;
    this.running++;
    const end = () => {
      this.running--;
      if (seat.worker === worker && seat.writes > 0) seat.writes--;
    };
    const id = worker.ask(
      { kind: 'write', key: keyOf(model), prompt, options },
      {
        onPiece: (piece) => out.push(piece),
        onAnswer: (answer) => {
          if (answer.kind !== 'written') return;
          end();
          const own = performance.now() - start;
          this.#usual = this.#usual === undefined ? own : 0.8 * this.#usual + 0.2 * own;
          out.end({ ...answer.result, promptTokens: answer.promptTokens });
          this.options.onProgress();
        },
        onFailed: (error, isLost) => {
          end();
          if (isLost && text.tries++ === 0 && out.isUntouched) this.#waiting.unshift(text);
          else out.fail(error);
          this.options.onProgress();
        },
      },
    );
    out.isWrittenBy(worker, id);
  }
}

/** Pieces between a worker and a reader. */
class Pieces {
  #ready: string[] = [];
  #result: WrittenText | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  #writer: { readonly worker: WorkerHandle; readonly id: number } | undefined;
  /** Whether nothing has arrived yet. */
  isUntouched = true;

  isWrittenBy(worker: WorkerHandle, id: number): void {
    this.#writer = { worker, id };
  }

  push(piece: string): void {
    this.isUntouched = false;
    this.#ready.push(piece);
    this.#wake?.();
  }

  end(result: WrittenText): void {
    this.#result = result;
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake?.();
  }

  /** Asks the worker to stop, unless the text has ended. */
  stop(): void {
    if (this.#writer && this.#result === undefined) this.#writer.worker.stop(this.#writer.id);
  }

  /** All pieces since the last call, or the whole text at the end. */
  async next(): Promise<string | WrittenText> {
    for (;;) {
      if (this.#failure) throw this.#failure.error;
      if (this.#ready.length > 0) return this.#ready.splice(0).join('');
      if (this.#result) return this.#result;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
