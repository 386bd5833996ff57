import { placeProgram } from '../compile/lower-tensorflow';
import { type BorderValue, type SavedModelFile, savedModelFile } from '../graphs/saved-model';
import { TensorflowGraph } from '../graphs/tensorflow-graph';
import { optimise } from '../passes/optimize';
import { type ProgramFunction, record, type Specs } from '../record/record';
import { mapRecord } from '../records';
import type { HostTensors } from '../tensor';
import { dynamicSizes, type Sizes, shapeOf, writeForAnySize } from './dynamic-shapes';

export interface SavedModelOptions<Size extends string> {
  /** The function's inputs, 32-bit integers, each dimension a size that is free. */
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
  /** What the program is given at some sizes. */
  readonly batch: (sizes: Sizes<Size>) => Specs;
  /** Writes what makes the batch of the inputs, and gives the name of each of its tensors. */
  readonly prologue: (graph: TensorflowGraph, sizes: Sizes<Size>) => Readonly<Record<string, string>>;
  /** Become constants of the file. */
  readonly parameters: HostTensors;
}

/**
 * A program as the file `saved_model.pb` of a SavedModel, with the signature `serving_default`, for any sizes of its dimensions.
 *
 * @throws RangeError where one of these sizes is in the program as a number; AttuneError EXPORT_TOO_LARGE for 2 GiB and more
 */
export function exportToSavedModel<Size extends string>(
  fn: ProgramFunction,
  options: SavedModelOptions<Size>,
): SavedModelFile {
  return writeForAnySize(options.inputs, (sizes: Sizes<Size>) => writeAt(fn, sizes, options));
}

function writeAt<Size extends string>(
  fn: ProgramFunction,
  sizes: Sizes<Size>,
  { inputs, batch, prologue, parameters }: SavedModelOptions<Size>,
): SavedModelFile {
  const program = optimise(record(fn, batch(sizes), parameters));
  const graph = new TensorflowGraph();
  const borders = mapRecord(inputs, (shape, name): BorderValue => {
    const border = { name, dtype: 'int32', shape: shape.map(() => -1) } as const;
    graph.placeholder(name, border);
    return border;
  });
  measureSizes(graph, { sizes, inputs });
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const weights = Object.entries(parameters).filter(([name]) => read.has(program.inputs[name]));
  const constants = weights.map(([name, { dtype, shape, data }]) => {
    const inGraph = `parameters/${name.replace(/[^\w.-]/g, '_')}`;
    const weight = { name: inGraph, dtype, shape, data: () => data as typeof data & { buffer: ArrayBuffer } };
    return [name, graph.weight(weight)] as const;
  });
  const given = { ...prologue(graph, sizes), ...Object.fromEntries(constants) };
  const { outputs } = placeProgram(program, graph, { given });
  const free = dynamicSizes(sizes);
  const results = mapRecord(outputs, (name, output): BorderValue => {
    const { dtype } = program.values[program.outputs[output]];
    const shape = shapeOf(program, output, free).map((size) => (typeof size === 'string' ? -1 : size));
    return { name, dtype, shape };
  });
  return savedModelFile(graph, { serving_default: { inputs: borders, outputs: results } });
}

interface MeasureOptions<Size extends string> {
  readonly sizes: Sizes<Size>;
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
}

/** Has the graph read its free sizes off its inputs, and multiply them. */
function measureSizes<Size extends string>(graph: TensorflowGraph, { sizes, inputs }: MeasureOptions<Size>): void {
  const known = new Map<string, string>();
  for (const name of Object.keys(sizes) as Size[]) {
    const [input, shape] = Object.entries<readonly Size[]>(inputs).find(([, shape]) => shape.includes(name))!;
    const extents = graph.op('Shape', [input], { out_type: 'int32' }, 'int32');
    const each = graph.outputsOf(graph.op('Unpack', [extents], { num: shape.length, axis: 0 }), shape.length);
    known.set(name, each[shape.indexOf(name)]);
  }
  for (const [size, name] of dynamicSizes(sizes)) {
    const factors = name.split('*').map((factor) => known.get(factor)!);
    graph.dynamicSize(size, factors.length > 1 ? graph.op('Mul', factors) : factors[0]);
  }
}
