import type { HostTensor } from '../../tensor';
import type { DeviceTensor } from '../device/device';

/** A tensor in TensorFlow's own memory. */
export interface NativeTensor extends DeviceTensor {
  /** A copy in ordinary memory. */
  read(): HostTensor;
}

/** A loaded SavedModel, with the variables that it has set. */
export interface TensorflowSession {
  /**
   * Runs what `fetches` need.
   *
   * @param feeds by name in the graph
   * @returns the fetched values in their order, to be released
   */
  run(feeds: Readonly<Record<string, HostTensor | NativeTensor>>, fetches: readonly string[]): NativeTensor[];
  close(): void;
}

/** TensorFlow, as an engine needs it. */
export interface TensorflowLibrary {
  open(savedModel: Uint8Array): Promise<TensorflowSession>;
  /** Lets go of arrays that nobody refers to any more. */
  collect(): void;
}

/** Runs, and reads what it gave. */
export function readFrom(
  session: TensorflowSession,
  feeds: Parameters<TensorflowSession['run']>[0],
  fetches: readonly string[],
): HostTensor[] {
  if (fetches.length === 0) return [];
  const tensors = session.run(feeds, fetches);
  try {
    return tensors.map((tensor) => tensor.read());
  } finally {
    for (const tensor of tensors) tensor.release();
  }
}
