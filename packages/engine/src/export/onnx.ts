import type { OnnxFile } from '../graphs/onnx-file';
import { OnnxGraph } from '../graphs/onnx-graph';
import { type NamedNode, type NamedValue, namedNode } from '../kernel/kernel';
import { kernelOf } from '../ops/kernels';
import { optimise } from '../passes/optimize';
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
import { type FileLowerings, int8Lowerings, portableLowerings, runtimeLowerings } from './lowerings';

/** `int8`: weights of linear layers and embedding tables in 8 bits, a scale a row; all else stays float32. */
export type Precision = 'fp32' | 'int8';

export const precisions: readonly Precision[] = ['fp32', 'int8'];

const lowerings: Readonly<Record<Precision, FileLowerings>> = { fp32: portableLowerings, int8: int8Lowerings };

export interface ExportOptions<Size extends string> extends SizeRules<Size> {
  /** The file's inputs, 64-bit integers, their dimensions numbers or sizes that are free in the file. */
  readonly inputs: Readonly<Record<string, Shape<Size>>>;
  /** Further inputs, float32, which the program is given as they are. */
  readonly states?: Readonly<Record<string, Shape<Size>>>;
  /** What else the program is given at some sizes. */
  readonly batch: (sizes: Sizes<Size>) => Specs;
  /** Writes what makes the batch of the file's inputs, and gives the name of each of its tensors. */
  readonly prologue: (graph: OnnxGraph, sizes: Sizes<Size>) => Readonly<Record<string, string>>;
  /** Become constants of the file. */
  readonly parameters: HostTensors;
  readonly precision: Precision;
  /** Whether the operators are ONNX's alone; else they are those that onnxruntime is given otherwise, with its extensions. */
  readonly isPortable?: boolean;
}

/**
 * An ONNX file of a program, for any sizes of its dimensions, with the parameters inside.
 *
 * @throws RangeError where one of these sizes is in the program as a number; AttuneError EXPORT_TOO_LARGE for 2 GiB and more
 */
export function exportToOnnx<Size extends string>(fn: ProgramFunction, options: ExportOptions<Size>): OnnxFile {
  const borders = { ...options.inputs, ...options.states };
  return writeForAnySize(borders, (sizes: Sizes<Size>) => writeAt(fn, sizes, options), options);
}

function writeAt<Size extends string>(
  fn: ProgramFunction,
  sizes: Sizes<Size>,
  { inputs, states = {}, batch, prologue, parameters, precision, isPortable = true, ...rules }: ExportOptions<Size>,
): OnnxFile {
  const given = { ...statesAt(states, sizes), ...batch(sizes) };
  const program = optimise(record(fn, given, parameters));
  const graph = new OnnxGraph();
  for (const [name, shape] of Object.entries<Shape<Size>>(inputs)) graph.input(name, { shape, dtype: 'int64' });
  for (const [name, shape] of Object.entries<Shape<Size>>(states)) graph.input(name, { shape, dtype: 'float32' });
  const free = dynamicSizes(sizes, rules);
  measureSizes(graph, { free, sizes, inputs: { ...inputs, ...states } });
  const own = isPortable ? lowerings[precision] : runtimeLowerings;
  lowerNodes(program, { graph, given: prologue(graph, sizes), parameters, own });
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

/** Has the graph read its free sizes off its inputs, and multiply them. */
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
  readonly given: Readonly<Record<string, string>>;
  readonly parameters: HostTensors;
  /** Of kernels that are not written as for onnxruntime. */
  readonly own: FileLowerings;
}

function lowerNodes(program: Program, { graph, given, parameters, own }: LowerOptions): void {
  const names = new Map<ValueId, string>();
  for (const [name, value] of Object.entries(program.inputs)) names.set(value, given[name] ?? name);
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
