import type { Program } from '../program';
import type { Specs } from '../record/record';
import type { Destination, HostTensors } from '../tensor';

/** A program made ready for one set of shapes. */
export interface Executable {
  /** What it keeps in memory while it is ready, about. */
  readonly bytes: number;
  readonly outputs: Specs;
  /** Runs on `inputs` and writes every output into `outputs`, which the caller allocated. */
  run(inputs: HostTensors, outputs: Readonly<Record<string, Destination>>): Promise<void>;
  release(): Promise<void>;
}

/** Makes a program ready to run: what differs from engine to engine. */
export type Prepare = (program: Program) => Promise<Executable>;

export interface CacheLimits {
  /** Most programs kept ready. */
  readonly programs: number;
  /** Most bytes they may hold together, as far as they know. */
  readonly bytes: number;
}

/** What the cache needs to know of an entry. */
export type Cached = Pick<Executable, 'bytes' | 'release'>;

/**
 * Programs made ready, least recently used out first.
 *
 * The newest stays even when it alone is over the limit: the work at hand must run.
 */
export class ExecutableCache<Entry extends Cached = Executable> {
  private readonly entries = new Map<string, Promise<Entry>>();
  private readonly held = new Map<string, number>();

  constructor(private readonly limits: CacheLimits) {}

  get size(): number {
    return this.entries.size;
  }

  /** The executable under `key`, made by `make` where there is none. */
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
