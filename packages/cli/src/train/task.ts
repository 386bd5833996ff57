import type { RunOptions } from '@attune/train/node';
import type { TrainFlags } from '../commands/train';
import type { Io } from '../io';
import type { PartsPlan } from './plan-parts';

/** What a task is given to read its data by. */
export interface TaskInput {
  readonly flags: TrainFlags;
  readonly plan: PartsPlan;
  readonly seed: number;
  readonly onNote: (note: string) => void;
  /** Where downloads are told of. */
  readonly io: Pick<Io, 'stderr'>;
  /** The test part is to stay unseen. */
  readonly withoutTest: boolean;
}

/** Data that was read, and what trains on it. */
export interface ReadyToTrain {
  train(settings: RunOptions): Promise<Trained>;
}

export interface Trained {
  /** What `summary.json` holds. */
  readonly summary: object;
  /** The same for people. */
  readonly lines: string;
}

/** What `attune train` needs to know of a task. */
export interface TrainTask {
  /** The flags that are for this task and not for all. */
  readonly own: readonly (keyof TrainFlags)[];
  /** How `--data` is shared out unless told; 80/10/10, or 90/10 beside test data, unless given. */
  readonly split?: string;
  /** Reads and checks the data. */
  read(input: TaskInput): Promise<ReadyToTrain>;
}
