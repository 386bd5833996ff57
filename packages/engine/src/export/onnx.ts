import type { OnnxFile } from '../graphs/onnx-file';
import { OnnxGraph } from '../graphs/onnx-graph';
import { type NamedNode, type NamedValue, namedNode } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import { optimize } from '../passes/optimize';
import type { Program, ValueId } from '../program';
import { type ProgramFunction, record, type Specs } from '../record/record';
import { mapRecord } from '../records';
import type { HostTensors } from '../tensor';
import {
  dynamicSizes,
  factorsOf,
  type Shape,
  type SizeRules,
  type Sizes,
  shapeOf,
  writeForAnySize,
} from './dynamic-shapes';
import { type Activations, type FileLowerings, int8Lowerings, portableLowerings, runtimeLowerings } from './lowerings';

/** Type of a file's weights. `int8` stores linear layers and embedding tables in 8 bits with a scale per row; everything else is float32. */
export type Precision = 'fp32' | 'int8';

/** All precisions. */
export const precisions: readonly Precision[] = ['fp32', 'int8'];

const lowerings: Readonly<Record<Precision, FileLowerings>> = { fp32: portableLowerings, int8: int8Lowerings };

/** Options of `exportToOnnx`. */
export interface ExportOptions<Size extends string> extends SizeRules<Size> {
  /** Inputs of the file, 64-bit integers; each dimension is a number or the name of a dynamic size. */
  readonly inputs: Readonly<Record<string, Shape<Size>>>;
  /** Additional float32 inputs, which are also inputs of the program; default none. */
  readonly states?: Readonly<Record<string, Shape<Size>>>;
  /** Shapes and types of the program's other inputs, at given sizes. */
  readonly batch: (sizes: Sizes<Size>) => Specs;
  /** Appends nodes that compute the batch from the file's inputs, and returns the name of each tensor. */
  readonly prologue: (graph: OnnxGraph, sizes: Sizes<Size>) => Readonly<Record<string, string>>;
  /** Constants of the file. */
  readonly parameters: HostTensors;
  /** `fp32`, or `int8` for matrices in 8 bits. */
  readonly precision: Precision;
  /** Whether to use only ONNX's operators; default true. False also uses onnxruntime's extensions. */
  readonly isPortable?: boolean;
  /** Type of the activations for quantized matrices in a file that is not portable: `float32` (default), or `int8`, which is faster and less exact. */
  readonly activations?: Activations;
}

/**
 * Exports a program with its parameters to an ONNX file with dynamic sizes.
 *
 * @throws RangeError if the program contains a dynamic size as a constant; AttuneError EXPORT_TOO_LARGE from 2 GiB on
 * @example
 * const file = exportToOnnx(fn, { inputs: { ids: ['batch', 'sequence'] }, batch, prologue, parameters, precision: 'fp32' });
 * for (const chunk of file.chunks()) await handle.write(chunk);
 */
export function exportToOnnx<Size extends string>(fn: ProgramFunction, options: ExportOptions<Size>): OnnxFile {
  const shapes = { ...options.inputs, ...options.states };
  return writeForAnySize(shapes, (sizes: Sizes<Size>) => writeAt(fn, sizes, options), options);
}

function writeAt<Size extends string>(
  fn: ProgramFunction,
  sizes: Sizes<Size>,
  { inputs, states = {}, batch, prologue, parameters, precision, ...options }: ExportOptions<Size>,
): OnnxFile {
  const { isPortable = true, activations = 'float32', ...rules } = options;
  const specs = { ...statesAt(states, sizes), ...batch(sizes) };
  const program = optimize(record(fn, specs, parameters));
  const graph = new OnnxGraph();
  for (const [name, shape] of Object.entries<Shape<Size>>(inputs)) graph.input(name, { shape, dtype: 'int64' });
  for (const [name, shape] of Object.entries<Shape<Size>>(states)) graph.input(name, { shape, dtype: 'float32' });
  const free = dynamicSizes(sizes, rules);
  measureSizes(graph, { free, sizes, inputs: { ...inputs, ...states } });
  const own = isPortable ? lowerings[precision] : runtimeLowerings(activations);
  lowerNodes(program, { graph, batch: prologue(graph, sizes), parameters, own });
  for (const [name, value] of Object.entries(program.outputs)) {
    graph.output(name, { shape: shapeOf(program, name, free), dtype: program.values[value].dtype });
  }
  return graph.toFile();
}

function statesAt<Size extends string>(states: Readonly<Record<string, Shape<Size>>>, sizes: Sizes<Size>): Specs {
  const at = (size: Size | number) => (typeof size === 'number' ? size : sizes[size]);
  return mapRecord(states, (shape) => ({ shape: shape.map(at), dtype: 'float32' }));
}

interface MeasureOptions<Size extends string> {
  readonly free: ReadonlyMap<number, string>;
  readonly sizes: Sizes<Size>;
  readonly inputs: Readonly<Record<string, Shape<Size>>>;
}

/** Appends the dynamic sizes, read from the shapes of the inputs, and their products. */
function measureSizes<Size extends string>(graph: OnnxGraph, { free, sizes, inputs }: MeasureOptions<Size>): void {
  for (const name of Object.keys(sizes) as Size[]) {
    const [input, shape] = Object.entries<Shape<Size>>(inputs).find(([, shape]) => shape.includes(name))!;
    const axis = shape.indexOf(name);
    graph.emit('Shape', [input], [`size:${name}`], { start: axis, end: axis + 1 });
  }
  for (const [size, name] of free) {
    const factors = factorsOf(name).map((factor) =>
      typeof factor === 'number' ? graph.int64([factor]) : `size:${factor}`,
    );
    if (factors.length > 1) graph.emit('Mul', factors, [`size:${name}`]);
    graph.dynamicSize(size, `size:${name}`);
  }
}

interface LowerOptions {
  readonly graph: OnnxGraph;
  /** Names of the batch's tensors in the graph. */
  readonly batch: Readonly<Record<string, string>>;
  readonly parameters: HostTensors;
  /** Lowerings of kernels that differ from those of the engine. */
  readonly own: FileLowerings;
}

function lowerNodes(program: Program, { graph, batch, parameters, own }: LowerOptions): void {
  const names = new Map<ValueId, string>();
  for (const [name, value] of Object.entries(program.inputs)) names.set(value, batch[name] ?? name);
  for (const [value, data] of program.constants)
    names.set(value, graph.constant(program.values[value].dtype, program.values[value].shape, data));
  for (const [name, value] of Object.entries(program.outputs)) names.set(value, name);
  const named = (value: ValueId): NamedValue => ({
    ...program.values[value],
    name: names.get(value) ?? `v${value}`,
  });
  const context = { graph, parameters: new Map(Object.entries(parameters)) };
  for (const node of program.nodes) {
    const written = own[node.kernel]?.(namedNode(node, named) as NamedNode<never>, context);
    if (!written) kernelOf(node.kernel).lower.onnx(namedNode(node, named), graph);
  }
  for (const [name, { dtype, shape, data }] of context.parameters)
    if (graph.reads(name))
      graph.weight(name, { dtype, shape, data: () => data as typeof data & { buffer: ArrayBuffer } });
}
