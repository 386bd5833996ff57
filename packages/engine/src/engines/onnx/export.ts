import { kernelOf } from '../../kernels';
import type { NamedValue } from '../../kernels/kernel';
import { optimise } from '../../passes/optimise';
import type { Program, ValueId } from '../../program';
import { type ProgramFunction, record, type Specs } from '../../record/record';
import type { HostTensors } from '../../tensor';
import type { OnnxFile } from './file';
import { OnnxGraph } from './graph';
import { namedNode } from './lower';
import { int8Lowerings, type PortableLowerings, portableLowerings } from './portable';

/** `int8`: weights of linear layers and embedding tables in 8 bits, a scale a row; all else stays float32. */
export type Precision = 'fp32' | 'int8';

export const precisions: readonly Precision[] = ['fp32', 'int8'];

const lowerings: Readonly<Record<Precision, PortableLowerings>> = { fp32: portableLowerings, int8: int8Lowerings };

type Sizes<Size extends string> = Readonly<Record<Size, number>>;

export interface ExportOptions<Size extends string> {
  /** The file's inputs, 64-bit integers, each dimension a size that is free in the file. */
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
  /** What the program is given at some sizes. */
  readonly batch: (sizes: Sizes<Size>) => Specs;
  /** Writes what makes the batch of the file's inputs, and gives the name of each of its tensors. */
  readonly prologue: (graph: OnnxGraph, sizes: Sizes<Size>) => Readonly<Record<string, string>>;
  /** Become constants of the file. */
  readonly parameters: HostTensors;
  readonly precision: Precision;
}

/**
 * Primes to record a program at: far from any size a model has, and each unlike the products of the others, so that a
 * number says which dimension it is. Recording computes nothing, so a large one costs nothing.
 */
const probes: readonly (readonly number[])[] = [
  [50_021, 50_023],
  [60_013, 60_017],
];

/**
 * An ONNX file of a program, for any sizes of its dimensions, with the parameters inside.
 *
 * A recorded program has fixed shapes. So it is recorded at two sets of sizes, each time the numbers that are sizes (or
 * products of two) are written as computed from the inputs' shapes, and the two files must be the same byte for byte: a
 * size that was left as a number, wherever it is, makes them differ.
 *
 * @throws RangeError where they do; AttuneError EXPORT_TOO_LARGE for 2 GiB and more
 */
export function exportToOnnx<Size extends string>(fn: ProgramFunction, options: ExportOptions<Size>): OnnxFile {
  const names = [...new Set(Object.values<readonly Size[]>(options.inputs).flat())];
  if (names.length > probes[0].length)
    throw new RangeError(`export: expected at most ${probes[0].length} free sizes, got ${names.join(', ')}`);
  const [first, second] = probes.map((probe) => {
    const sizes = Object.fromEntries(names.map((name, i) => [name, probe[i]])) as Sizes<Size>;
    return writeAt(fn, sizes, options);
  });
  if (!isSame(first.structure, second.structure))
    throw new RangeError(
      `export: expected a program that is the same for any ${names.join(' and ')}, got one with a size as a constant; derive it from the shapes of its inputs`,
    );
  return first;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

function writeAt<Size extends string>(
  fn: ProgramFunction,
  sizes: Sizes<Size>,
  { inputs, batch, prologue, parameters, precision }: ExportOptions<Size>,
): OnnxFile {
  const program = optimise(record(fn, batch(sizes), parameters));
  const graph = new OnnxGraph();
  for (const [name, shape] of Object.entries<readonly Size[]>(inputs)) graph.input(name, { shape, dtype: 'int64' });
  const free = freeSizes(sizes);
  measureSizes(graph, { free, sizes, inputs });
  lowerNodes(program, { graph, given: prologue(graph, sizes), parameters, precision });
  for (const [name, value] of Object.entries(program.outputs)) {
    const { shape, dtype } = program.values[value];
    graph.output(name, { shape: shape.map((size) => free.get(size) ?? size), dtype });
  }
  return graph.toFile();
}

/** What the numbers that stand for free dimensions are called: each size, and the product of two. */
function freeSizes<Size extends string>(sizes: Sizes<Size>): ReadonlyMap<number, string> {
  const names = Object.keys(sizes) as Size[];
  const free = new Map<number, string>(names.map((name) => [sizes[name], name]));
  if (names.length === 2) free.set(sizes[names[0]] * sizes[names[1]], `${names[0]}*${names[1]}`);
  return free;
}

interface MeasureOptions<Size extends string> {
  readonly free: ReadonlyMap<number, string>;
  readonly sizes: Sizes<Size>;
  readonly inputs: Readonly<Record<string, readonly Size[]>>;
}

/** Has the graph read its free sizes off its inputs, and multiply them. */
function measureSizes<Size extends string>(graph: OnnxGraph, { free, sizes, inputs }: MeasureOptions<Size>): void {
  for (const name of Object.keys(sizes) as Size[]) {
    const [input, shape] = Object.entries<readonly Size[]>(inputs).find(([, shape]) => shape.includes(name))!;
    const axis = shape.indexOf(name);
    graph.emit('Shape', [input], [`size:${name}`], { start: axis, end: axis + 1 });
  }
  for (const [size, name] of free) {
    const factors = name.split('*').map((factor) => `size:${factor}`);
    if (factors.length > 1) graph.emit('Mul', factors, [`size:${name}`]);
    graph.freeSize(size, `size:${name}`);
  }
}

interface LowerOptions {
  readonly graph: OnnxGraph;
  /** Names of the batch's tensors in the graph. */
  readonly given: Readonly<Record<string, string>>;
  readonly parameters: HostTensors;
  readonly precision: Precision;
}

function lowerNodes(program: Program, { graph, given, parameters, precision }: LowerOptions): void {
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
    const written = lowerings[precision][node.kernel]?.(namedNode(node, named), context);
    if (!written) kernelOf(node.kernel).lower.onnx(namedNode(node, named), graph);
  }
  for (const [name, { dtype, shape, data }] of context.parameters)
    if (graph.reads(name))
      graph.weight(name, { dtype, shape, data: () => data as typeof data & { buffer: ArrayBuffer } });
}
