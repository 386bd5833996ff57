import { savedModel } from '../graphs/saved-model';
import { TensorflowGraph } from '../graphs/tensorflow-graph';
import { type Products, type Program, peakBytes } from '../program';
import { mapRecord } from '../records';
import type { HostTensor, TensorSpec } from '../tensor';
import type { Executable } from './executable';
import { feedsOf, placeProgram } from './lower-tensorflow';
import type { Workspace } from './workspace';

/** A tensor in TensorFlow's own memory. */
export interface NativeTensor extends TensorSpec {
  /** A copy in ordinary memory. */
  read(): HostTensor;
  /** Frees its memory. */
  release(): void;
}

/** A loaded SavedModel with its variables. */
export interface TensorflowSession {
  /**
   * Runs the part of the graph that `fetches` need.
   *
   * @param feeds tensors by name in the graph
   * @returns the fetched values in order, which the caller releases
   */
  run(feeds: Readonly<Record<string, HostTensor | NativeTensor>>, fetches: readonly string[]): NativeTensor[];
  close(): void;
}

/** The functions of TensorFlow that an engine needs. */
export interface TensorflowLibrary {
  open(savedModel: Uint8Array): Promise<TensorflowSession>;
  /** Frees arrays that are no longer referenced. */
  collect(): void;
}

/** Runs a session, and reads and releases the fetched tensors. */
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
 * A program in its own session, with all inputs fed.
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
