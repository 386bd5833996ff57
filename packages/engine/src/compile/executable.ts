import type { Program } from '../program';
import type { Specs } from '../record/record';
import type { Destination, HostTensors } from '../tensor';

/** A program ready to run at one set of shapes. */
export interface Executable {
  /** Memory that it keeps while it is ready, approximately. */
  readonly bytes: number;
  readonly outputs: Specs;
  /** Runs on `inputs` and writes every output into the caller's `outputs`. */
  run(inputs: HostTensors, outputs: Readonly<Record<string, Destination>>): Promise<void>;
  release(): Promise<void>;
}

/** Makes a program ready to run; each engine has its own. */
export type Prepare = (program: Program) => Promise<Executable>;

/** Bounds of an engine's cache of prepared programs. */
export interface CacheLimits {
  /** Most programs to keep. */
  readonly programs: number;
  /** Most bytes that they may hold together. */
  readonly bytes: number;
}

/** The part of an entry that the cache uses. */
export type Cached = Pick<Executable, 'bytes' | 'release'>;

/**
 * Prepared programs; the least recently used is released first.
 *
 * The newest stays even if it alone exceeds the limits, because it is about to run.
 */
export class ExecutableCache<Entry extends Cached = Executable> {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly held = new Map<string, number>();

  constructor(private readonly limits: CacheLimits) {}

  get size(): number {
    return this.entries.size;
  }

  /** The entry under `key`, made by `make` if there is none. */
  async get(key: string, make: () => Promise<Entry>): Promise<Entry> {
    const entry = this.entries.get(key) ?? make();
    this.entries.delete(key);
    this.entries.set(key, entry);
    try {
      const { bytes } = await entry;
      this.held.delete(key);
      this.held.set(key, bytes);
    } catch (error) {
      this.entries.delete(key);
      throw error;
    }
    await this.evict(key);
    return entry;
  }

  async clear(): Promise<void> {
    const entries = [...this.entries.values()];
    this.entries.clear();
    this.held.clear();
    for (const entry of entries) await (await entry).release();
  }

  private async evict(newest: string): Promise<void> {
    for (const key of [...this.held.keys()]) {
      const bytes = [...this.held.values()].reduce((a, b) => a + b, 0);
      if (this.entries.size <= this.limits.programs && bytes <= this.limits.bytes) return;
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
