import { savedModel } from '../graphs/saved-model';
import { TensorflowGraph } from '../graphs/tensorflow-graph';
import { type Products, type Program, peakBytes } from '../program';
import { mapRecord } from '../records';
import type { HostTensor } from '../tensor';
import type { DeviceTensor } from '../training/device-training';
import type { Executable } from './executable';
import { feedsOf, placeProgram } from './lower-tensorflow';
import type { Workspace } from './workspace';

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

/**
 * A program as a SavedModel of its own, all its inputs fed.
 *
 * @throws NotLowerable
 */
export async function prepareTensorflow(
  program: Program,
  { library, workspace, products }: { library: TensorflowLibrary; workspace: Workspace; products: Products },
): Promise<Executable> {
  const graph = new TensorflowGraph(products);
  const placed = placeProgram(program, graph);
  const session = await library.open(savedModel(graph));
  const feeds = feedsOf(program, placed);
  const fetches = Object.entries(placed.outputs);
  return {
    bytes: peakBytes(program),
    outputs: mapRecord(program.outputs, (value) => program.values[value]),
    async run(inputs, outputs) {
      const names = fetches.map(([, name]) => name);
      const read = feeds(inputs, workspace, (fed) => readFrom(session, fed, names));
      fetches.forEach(([name], i) => outputs[name].data.set(read[i].data));
    },
    release: async () => session.close(),
  };
}
