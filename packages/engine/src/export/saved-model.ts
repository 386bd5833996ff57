import { placeProgram } from '../compile/lower-tensorflow';
import { type SavedModelFile, type SignatureValue, savedModelFile } from '../graphs/saved-model';
import { TensorflowGraph } from '../graphs/tensorflow-graph';
import { optimize } from '../passes/optimize';
import { type ProgramFunction, record, type Specs } from '../record/record';
import { mapRecord } from '../records';
import type { HostTensors } from '../tensor';
import { dynamicSizes, type Sizes, shapeOf, writeForAnySize } from './dynamic-shapes';

/** Options of `exportToSavedModel`. */
export interface SavedModelOptions<Size extends string> {
  /** Inputs of the function, 32-bit integers; each dimension is the name of a dynamic size. */
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
  /** Shapes and types of the program's batch at given sizes. */
  readonly batch: (sizes: Sizes<Size>) => Specs;
  /** Appends nodes that compute the batch from the inputs, and returns the name of each tensor. */
  readonly prologue: (graph: TensorflowGraph, sizes: Sizes<Size>) => Readonly<Record<string, string>>;
  /** Constants of the file. */
  readonly parameters: HostTensors;
}

/**
 * Exports a program to the file `saved_model.pb` of a SavedModel, with the signature `serving_default` and dynamic sizes.
 *
 * @throws RangeError if the program contains a dynamic size as a constant; AttuneError EXPORT_TOO_LARGE from 2 GiB on
 * @example
 * const file = exportToSavedModel(fn, { inputs: { ids: ['batch', 'sequence'] }, batch, prologue, parameters });
 * for (const chunk of file.chunks()) await handle.write(chunk);
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
  const program = optimize(record(fn, batch(sizes), parameters));
  const graph = new TensorflowGraph();
  const signatureInputs = mapRecord(inputs, (shape, name): SignatureValue => {
    const value = { name, dtype: 'int32', shape: shape.map(() => -1) } as const;
    graph.placeholder(name, value);
    return value;
  });
  measureSizes(graph, { sizes, inputs });
  const read = new Set(program.nodes.flatMap((node) => Object.values(node.inputs)));
  const weights = Object.entries(parameters).filter(([name]) => read.has(program.inputs[name]));
  const constants = weights.map(([name, { dtype, shape, data }]) => {
    const inGraph = `parameters/${name.replace(/[^\w.-]/g, '_')}`;
    const weight = { name: inGraph, dtype, shape, data: () => data as typeof data & { buffer: ArrayBuffer } };
    return [name, graph.weight(weight)] as const;
  });
  const inGraph = { ...prologue(graph, sizes), ...Object.fromEntries(constants) };
  const { outputs } = placeProgram(program, graph, { inGraph });
  const free = dynamicSizes(sizes);
  const results = mapRecord(outputs, (name, output): SignatureValue => {
    const { dtype } = program.values[program.outputs[output]];
    const shape = shapeOf(program, output, free).map((size) => (typeof size === 'string' ? -1 : size));
    return { name, dtype, shape };
  });
  return savedModelFile(graph, { serving_default: { inputs: signatureInputs, outputs: results } });
}

interface MeasureOptions<Size extends string> {
  readonly sizes: Sizes<Size>;
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
}

/** Appends the dynamic sizes, read from the shapes of the inputs, and their products. */
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
