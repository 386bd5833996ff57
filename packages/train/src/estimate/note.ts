import type { Examples } from '../loop/task';
import { type MemoryOptions, trainingEstimate } from './estimate';

/** Receives notes for the user. */
type NoteListener = (note: string) => void;

/** `1.2 GB`. */
export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** Share of matrix products in a step's time (measured; .8 to .87). */
const shareOfProducts = 0.8;

/** A baseline of fewer bytes is not mentioned. */
const leastSaid = 1e8;

export interface Machine {
  /** Billions of operations per second, from `measureEngine`; without it the note has no time. */
  readonly gflops?: number;
  /** Bytes that the process may still allocate; default as Node reports them, including the container's limit. */
  readonly free?: number;
  /** Peak bytes of the baseline, which is trained after the model; default 0. */
  readonly besideBytes?: number;
}

/**
 * Notes before the first step how much memory and time training takes, and warns where less memory is free.
 *
 * The time is that of the matrix products at the engine's speed, plus a quarter. Small steps, where other work dominates, and
 * evaluations take longer, so the note says "at least".
 * @example
 * noteEstimate({ model, parameters, task, data: train, arguments: args }, onNote, { gflops: 200 }); // training takes about 1.2 GB of memory and at least 3 minutes
 */
export function noteEstimate<Data extends Examples>(
  options: MemoryOptions<Data>,
  onNote: NoteListener,
  { gflops, free = freeMemory(), besideBytes = 0 }: Machine = {},
): void {
  const { memory, operations } = trainingEstimate(options);
  const { total, activations } = memory;
  const time = gflops ? ` and at least ${duration(operations / (gflops * 1e9) / shareOfProducts)}` : '';
  const beside = besideBytes >= leastSaid ? `, the baseline after it up to ${gigabytes(besideBytes)}` : '';
  onNote(`training takes about ${gigabytes(total)} of memory${time}${beside}`);
  if (free !== undefined && besideBytes > free)
    onNote(`memory: ${gigabytes(free)} are free, too little for the baseline, which is then skipped`);
  if (free === undefined || total <= free) return;
  const { perDeviceTrainBatchSize, gradientAccumulationSteps, maxLength } = options.arguments;
  const half = perDeviceTrainBatchSize / 2;
  const smaller = Number.isInteger(half)
    ? `a --batch-size of ${half} with --gradient-accumulation-steps ${2 * gradientAccumulationSteps} (the same steps)`
    : '--gradient-checkpointing';
  const shorter = `a smaller --max-length${maxLength === undefined ? '' : ` than ${maxLength}`}`;
  const advice =
    activations * 2 > total ? `choose ${smaller}, or ${shorter}` : `choose a smaller model, ${smaller}, or ${shorter}`;
  onNote(`memory: ${gigabytes(free)} are free, and training may be killed; ${advice}`);
}

function duration(seconds: number): string {
  const [value, unit] =
    seconds < 90 ? [seconds, 'second'] : seconds < 5400 ? [seconds / 60, 'minute'] : [seconds / 3600, 'hour'];
  const shown = Math.max(1, Math.round(value));
  return `${shown} ${unit}${shown === 1 ? '' : 's'}`;
}

/** Undefined in a browser, where it is unknown. */
function freeMemory(): number | undefined {
  const { process } = globalThis as { process?: { availableMemory?: () => number } };
  return process?.availableMemory?.();
}
