import type { Program } from '../program';
import type { Specs } from '../record/record';
import type { Destination, HostTensors } from '../tensor';

/** A program compiled for one set of shapes. */
export interface Executable {
  /** Memory in bytes that it holds while it is compiled, approximately. */
  readonly bytes: number;
  /** Whether its memory for intermediate values is shared with other programs; default false. */
  readonly sharesMemory?: boolean;
  readonly outputs: Specs;
  /** Runs on `inputs` and writes every output to the caller's `outputs`. */
  run(inputs: HostTensors, outputs: Readonly<Record<string, Destination>>): Promise<void>;
  release(): Promise<void>;
}

/**
 * Compiles a program for an engine.
 *
 * @param room bytes of intermediate values that it may keep between runs; a program that needs more shares memory, if the engine supports it
 */
export type Prepare = (program: Program, room: number) => Promise<Executable>;

/** Limits of an engine's cache of compiled programs. */
export interface CacheLimits {
  /** Maximum number of programs. */
  readonly programs: number;
  /** Maximum total size in bytes. */
  readonly bytes: number;
}

/** The part of an entry that the cache uses. */
export type Cached = Pick<Executable, 'bytes' | 'release' | 'sharesMemory'>;

/**
 * Cache of compiled programs. The least recently used one is released first.
 *
 * The newest program stays even if it exceeds the limits, because it is about to run. As soon as one has no room for its own intermediate values, all
 * share memory: programs with their own memory are released and compiled again when needed. Batches of ragged texts have dozens of
 * shapes. Without sharing, programs would be compiled again at almost every step, which took a third of the training time (measured).
 */
export class ExecutableCache<Entry extends Cached = Executable> {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly held = new Map<string, Entry>();
  private isCrowded = false;

  constructor(private readonly limits: CacheLimits) {}

  get size(): number {
    return this.entries.size;
  }

  /** The entry for `key`, made by `make` if it is missing; `room` as in `Prepare`. */
  async get(key: string, make: (room: number) => Promise<Entry>): Promise<Entry> {
    const entry = this.entries.get(key) ?? make(this.room());
    this.entries.delete(key);
    this.entries.set(key, entry);
    try {
      const made = await entry;
      this.held.delete(key);
      this.held.set(key, made);
    } catch (error) {
      this.entries.delete(key);
      throw error;
    }
    if ((await entry).sharesMemory && !this.isCrowded) await this.makeShared();
    await this.evict(key);
    return entry;
  }

  /** The first one may use all the memory it needs. */
  private room(): number {
    if (this.isCrowded) return 0;
    return this.held.size === 0 ? Number.POSITIVE_INFINITY : this.limits.bytes - this.heldBytes();
  }

  private heldBytes(): number {
    return [...this.held.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  }

  private async makeShared(): Promise<void> {
    this.isCrowded = true;
    const keeping = [...this.held].filter(([, { sharesMemory }]) => !sharesMemory);
    for (const [key] of keeping) await this.remove(key);
  }

  async clear(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    this.held.clear();
    this.isCrowded = false;
    for (const entry of entries) await (await entry).release();
  }

  private async evict(newest: string): Promise<void> {
    for (const key of [...this.held.keys()]) {
      if (this.entries.size <= this.limits.programs && this.heldBytes() <= this.limits.bytes) return;
      if (key !== newest) await this.remove(key);
    }
  }

  private async remove(key: string): Promise<void> {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    this.held.delete(key);
    await (await entry)?.release();
  }
}
