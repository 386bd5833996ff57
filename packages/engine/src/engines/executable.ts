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
