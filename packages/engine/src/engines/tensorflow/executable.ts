import { peakBytes } from '../../memory';
import type { Program } from '../../program';
import { mapRecord } from '../../record/record';
import type { Executable } from '../executable';
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
export async function prepareTensorflow(library: TensorflowLibrary, program: Program): Promise<Executable> {
  const graph = new TensorflowGraph();
  const placed = placeProgram(program, graph);
  const session = await library.open(savedModel(graph));
  const feeds = feedsOf(program, placed);
  const fetches = Object.entries(placed.outputs);
  return {
    bytes: peakBytes(program),
    outputs: mapRecord(program.outputs, (value) => program.values[value]),
    async run(inputs, outputs) {
      const read = readFrom(
        session,
        feeds(inputs),
        fetches.map(([, name]) => name),
      );
      fetches.forEach(([name], i) => outputs[name].data.set(read[i].data));
    },
    release: async () => session.close(),
  };
}
