import { peakBytes } from '../../memory';
import type { Program } from '../../program';
import { mapRecord } from '../../record/record';
import type { Products } from '../engine';
import type { Executable } from '../executable';
import type { Workspace } from '../workspace';
import { feedsOf } from './feeds';
import { TensorflowGraph } from './graph';
import { readFrom, type TensorflowLibrary } from './library';
import { placeProgram } from './lower';
import { savedModel } from './saved-model';

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
