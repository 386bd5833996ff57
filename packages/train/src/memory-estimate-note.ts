import { type MemoryOptions, memoryEstimate } from './memory-estimate';
import type { Examples } from './tasks/task';

/** Told what the user should know. */
type NoteListener = (note: string) => void;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/**
 * Says before the first step how much memory training takes, and warns where that is more than is free.
 *
 * @param free bytes that the process may still take: what Node says, the container's limit included, unless given
 * @example
 * noteMemory({ model, parameters, task, data: train, arguments: args }, onNote); // training takes about 1.2 GB of memory
 */
export function noteMemory<Data extends Examples>(
  options: MemoryOptions<Data>,
  onNote: NoteListener,
  free: number | undefined = freeMemory(),
): void {
  const { total, activations } = memoryEstimate(options);
  onNote(`training takes about ${gigabytes(total)} of memory`);
  if (free === undefined || total <= free) return;
  const { perDeviceTrainBatchSize, gradientAccumulationSteps, maxLength } = options.arguments;
  const half = Math.ceil(perDeviceTrainBatchSize / 2);
  const smaller = `a --batch-size of ${half} with --gradient-accumulation-steps ${2 * gradientAccumulationSteps} (the same steps)`;
  const shorter = `a smaller --max-length${maxLength === undefined ? '' : ` than ${maxLength}`}`;
  const advice =
    activations * 2 > total ? `choose ${smaller}, or ${shorter}` : `choose a smaller model, ${smaller}, or ${shorter}`;
  onNote(`memory: ${gigabytes(free)} are free, and training may be killed; ${advice}`);
}

/** Undefined where it cannot be known, in a browser. */
function freeMemory(): number | undefined {
  const { process } = globalThis as { process?: { availableMemory?: () => number } };
  return process?.availableMemory?.();
}
