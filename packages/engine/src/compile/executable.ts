import type { Program } from '../program';
import type { Specs } from '../record/record';
import type { Destination, HostTensors } from '../tensor';

/** A program ready to run at one set of shapes. */
export interface Executable {
  /** Memory that it keeps while it is ready, approximately. */
  readonly bytes: number;
  /** Whether it has memory for intermediate values only while it runs; default it keeps it. */
  readonly sharesMemory?: boolean;
  readonly outputs: Specs;
  /** Runs on `inputs` and writes every output into the caller's `outputs`. */
  run(inputs: HostTensors, outputs: Readonly<Record<string, Destination>>): Promise<void>;
  release(): Promise<void>;
}

/**
 * Makes a program ready to run; each engine has its own.
 *
 * @param room bytes of intermediate values that it may keep between runs; one that needs more shares memory, where the engine can
 */
export type Prepare = (program: Program, room: number) => Promise<Executable>;

/** Bounds of an engine's cache of prepared programs. */
export interface CacheLimits {
  /** Most programs to keep. */
  readonly programs: number;
  /** Most bytes that they may hold together. */
  readonly bytes: number;
}

/** The part of an entry that the cache uses. */
export type Cached = Pick<Executable, 'bytes' | 'release' | 'sharesMemory'>;

/**
 * Prepared programs; the least recently used is released first.
 *
 * The newest stays even if it alone exceeds the limits, because it is about to run. Once one finds no room for intermediate values of its own, all
 * share memory: those that keep theirs are let go of, and prepared anew when they come again. Batches of ragged texts have dozens of
 * shapes; programs that take turns in too little memory would be prepared again at almost every step, which took a third of a training (measured).
 */
export class ExecutableCache<Entry extends Cached = Executable> {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly held = new Map<string, Entry>();
  private isCrowded = false;

  constructor(private readonly limits: CacheLimits) {}

  get size(): number {
    return this.entries.size;
  }

  /** The entry under `key`, made by `make` if there is none; `room` is as `Prepare` has it. */
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

  /** The first one may take all it needs. */
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
