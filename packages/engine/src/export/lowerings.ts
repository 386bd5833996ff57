import type { OnnxGraph } from '../graphs/onnx-graph';
import type { NamedNode } from '../kernel/kernel';
import { type MatMulAttributes, transposed } from '../ops/linear';
import { type Epsilon, normalizeInParts } from '../ops/normalization';
import { type ProductAttributes, quantizedBlock, quantizedLayout } from '../ops/quantized/formats';
import { turnInParts } from '../ops/rope';
import type { HostTensor } from '../tensor';

/** Parameters of an exported program, by their names in the graph. */
export type Parameters = ReadonlyMap<string, HostTensor>;

export interface FileContext {
  readonly graph: OnnxGraph;
  readonly parameters: Parameters;
}

/** Writes a node, or returns false to leave it to the kernel's own lowering. */
type FileLowering = (node: NamedNode<never>, context: FileContext) => boolean;

/** Lowerings by kernel, each for a node of that kernel's attributes. */
export type FileLowerings = Readonly<Record<string, FileLowering>>;

/**
 * Lowerings for a file that any runtime can read, with ONNX's operators only. The engine uses faster extensions of onnxruntime.
 */
export const portableLowerings: FileLowerings = {
  GeluErf: ({ inputs: { x }, outputs: [out] }, { graph }) => {
    graph.emit('Gelu', [x.name], [out.name]);
    return true;
  },
  // Mean and deviation are only for the gradient.
  LayerNorm: (
    { inputs: { x, weight, bias }, attributes: { epsilon }, outputs: [out] }: NamedNode<Epsilon>,
    { graph },
  ) => {
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    graph.emit('LayerNormalization', [x.name, weight.name, bias.name], [out.name], attributes);
    return true;
  },
  RmsNorm: (node: NamedNode<Epsilon>, { graph }) => {
    normalizeInParts(node, graph);
    return true;
  },
  Rope: (node, { graph }) => {
    turnInParts(node, graph);
    return true;
  },
  BatchMatMul: matMulInParts,
};

/**
 * Linear layers use 7 of the 8 bits. Processors without integer dot products (AVX2 before VNNI) add two products of an unsigned
 * and a signed byte in 16 bits: 2 · 255 · 64 fits, 2 · 255 · 127 silently saturates.
 */
const ofLinears: Quantization = { largest: 64, transposed: true };
const ofTables: Quantization = { largest: 127 };

/**
 * Whether a layer has more inputs than outputs, such as the one after the GELU of an encoder. Its input has a few activations so large that
 * eight bits leave little for the others, so its weights are converted back to floats. On 1,500 titles in 37 classes this changes
 * half as many labels (measured), at the cost of a third of the products in float32.
 */
const narrows = ({ shape: [outputs, inputs] }: HostTensor): boolean => inputs > outputs;

/**
 * Lowerings for a file with 8-bit weights. Activations are quantized by their own range (`DynamicQuantizeLinear`) and multiplied as
 * integers; rows of embedding tables are converted back to floats when they are read.
 */
export const int8Lowerings: FileLowerings = {
  ...portableLowerings,
  Linear: ({ inputs: { x, weight, bias }, outputs: [out] }, context) =>
    linearIn8Bits({ x: x.name, weight: weight.name, bias: bias.name, out: out.name }, context),
  // A linear module without a bias; a product of two activations stays as it is.
  BatchMatMul: (node: NamedNode<MatMulAttributes>, context) => {
    const { inputs, attributes, outputs } = node;
    const { a, b } = inputs;
    const isLinear = a.shape.length === 2 && !attributes.transposeA && attributes.transposeB === true;
    const linear = { x: a.name, weight: b.name, out: outputs[0].name };
    return (isLinear && linearIn8Bits(linear, context)) || matMulInParts(node, context);
  },
  GatherV2: (
    { inputs: { x, indices }, attributes: { axis }, outputs: [out] }: NamedNode<{ readonly axis: number }>,
    { graph, parameters },
  ) => {
    const table = parameters.get(x.name);
    if (!table || axis !== 0 || table.shape.length !== 2 || indices.shape.length !== 1) return false;
    const { integers, scale } = quantized(x.name, { matrix: table, graph, quantization: ofTables });
    const [rows, scales] = temporaries(graph, 2);
    graph.emit('Gather', [integers, indices.name], [rows], { axis: 0 });
    graph.emit('Gather', [scale, indices.name], [scales], { axis: 0 }); // [tokens]
    graph.emit('DequantizeLinear', [rows, scales], [out.name], { axis: 0 });
    return true;
  },
};

/** A matrix product whose transposed factors are exchanged first. */
function matMulInParts(
  { inputs: { a, b }, attributes: { transposeA, transposeB }, outputs: [out] }: NamedNode<MatMulAttributes>,
  { graph }: FileContext,
): boolean {
  const factors = [transposeA ? transposed(a, graph) : a.name, transposeB ? transposed(b, graph) : b.name];
  graph.emit('MatMul', factors, [out.name]);
  return true;
}

interface Linear {
  readonly x: string;
  readonly weight: string;
  readonly bias?: string;
  readonly out: string;
}

/** x · weightᵀ + bias; false if the weight is not a parameter. */
function linearIn8Bits({ x, weight, bias, out }: Linear, { graph, parameters }: FileContext): boolean {
  const matrix = parameters.get(weight);
  if (!matrix) return false;
  if (narrows(matrix)) {
    const { integers, scale } = quantized(weight, { matrix, graph, quantization: ofTables });
    const [floats] = temporaries(graph, 1);
    graph.emit('DequantizeLinear', [integers, scale], [floats], { axis: 0 });
    graph.emit('Gemm', [x, floats, ...(bias ? [bias] : [])], [out], { transA: 0, transB: 1 });
    return true;
  }
  const { integers, scale } = quantized(weight, { matrix, graph, quantization: ofLinears });
  const [x8, xScale, xZero, product, asFloat, unit] = temporaries(graph, 6);
  graph.emit('DynamicQuantizeLinear', [x], [x8, xScale, xZero]);
  graph.emit('MatMulInteger', [x8, integers, xZero], [product]); // [tokens, out] int32
  graph.cast(product, asFloat, 'float32');
  graph.emit('Mul', [xScale, scale], [unit]); // [out]
  const scaled = bias ? graph.temporary() : out;
  graph.emit('Mul', [asFloat, unit], [scaled]);
  if (bias) graph.emit('Add', [scaled, bias], [out]);
  return true;
}

function temporaries(graph: OnnxGraph, count: number): string[] {
  return Array.from({ length: count }, () => graph.temporary());
}

/** Adds a parameter's integers and scales as constants of the graph. */
function quantized(
  name: string,
  { matrix, graph, quantization }: { matrix: HostTensor; graph: OnnxGraph; quantization: Quantization },
): { integers: string; scale: string } {
  const [rows, columns] = matrix.shape;
  // A table that is also a layer's weight, as in a tied language model, is there in both layouts.
  const int8 = `${name}.${quantization.transposed ? 'int8_transposed' : 'int8'}`;
  return {
    integers: graph.weight(int8, {
      dtype: 'int8',
      shape: quantization.transposed ? [columns, rows] : [rows, columns],
      data: () => quantizeRows(matrix, quantization),
    }),
    scale: graph.weight(`${int8}.scale`, {
      dtype: 'float32',
      shape: [rows],
      data: () => rowScales(matrix, quantization),
    }),
  };
}

/** Type of the activations that are multiplied by a quantized matrix: float32, or 8 bits with a scale per block of 64. */
export type Activations = 'float32' | 'int8';

/** All types of activations. */
export const activationKinds: readonly Activations[] = ['float32', 'int8'];

/** Lowerings for a file that only onnxruntime can read, with parameters as constants. */
export const runtimeLowerings = (activations: Activations): FileLowerings => ({
  // The layout of a constant matrix of codes is optimized once: with float32 in 4 bits a token of a Llama took a fifth of
  // the time, with integers in 8 bits .4 of it (measured). Of 8 bits with float32 `MatMulNBits` takes five times as long as the kernel's own way,
  // and two products in 4 bits, of the codes' upper and lower halves, take .8 of it for one token, 1.5 for eight and 1.7 for a prompt (measured).
  // It has not nf4's levels.
  QuantizedLinear: ({ inputs, attributes, outputs: [out] }: NamedNode<ProductAttributes>, { graph, parameters }) => {
    const { x, codes, scales } = inputs;
    const { format, columns, turned } = attributes;
    const [own, factors] = [parameters.get(codes.name), parameters.get(scales.name)];
    const isFaster = format === 'int4' || (format === 'int8' && activations === 'int8');
    if (!isFaster || turned || !own || !factors) return false;
    const [rows] = codes.shape;
    const [blocks, bits] = [Math.ceil(columns / quantizedBlock), format === 'int4' ? 4 : 8];
    const matrix = graph.weight(`${codes.name}.blocks`, {
      dtype: 'uint8',
      shape: [rows, blocks, (quantizedBlock * bits) / 8],
      data: () => (bits === 4 ? pairsOf(own, columns) : Uint8Array.from(own.data)),
    });
    const perBlock = graph.weight(`${scales.name}.blocks`, {
      dtype: 'float32',
      shape: [rows * blocks],
      data: () => firstOfRows(factors, blocks),
    });
    graph.emit(
      'MatMulNBits',
      [x.name, matrix, perBlock],
      [out.name],
      productIn(bits, { rows, columns, activations }),
      microsoft,
    );
    return true;
  },
});

const microsoft = 'com.microsoft';

/** Attributes of `MatMulNBits`; its fourth level of accuracy is integers. */
function productIn(
  bits: number,
  { rows, columns, activations }: { rows: number; columns: number; activations: Activations },
): Readonly<Record<string, number>> {
  const sizes = { K: columns, N: rows, bits, block_size: quantizedBlock };
  return activations === 'int8' ? { ...sizes, accuracy_level: 4 } : sizes;
}

/** Codes of 4 bits, two neighbors per byte, the first in the lower half; rows are padded with zeros to whole blocks. */
function pairsOf({ data, shape: [rows, groups, groupBytes] }: HostTensor, columns: number): Uint8Array<ArrayBuffer> {
  const { byteOf, shiftOf } = quantizedLayout('int4', columns);
  const bytes = Int32Array.from({ length: columns }, (_, column) => byteOf(column));
  const shifts = Int32Array.from({ length: columns }, (_, column) => shiftOf(column));
  const rowBytes = (Math.ceil(columns / quantizedBlock) * quantizedBlock) / 2;
  const pairs = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const code = (data[row * groups * groupBytes + bytes[column]] >> shifts[column]) & 15;
      pairs[row * rowBytes + (column >> 1)] |= code << (4 * (column & 1));
    }
  return pairs;
}

/** The first `count` numbers of each row. */
function firstOfRows({ data, shape: [rows, width] }: HostTensor, count: number): Float32Array<ArrayBuffer> {
  const first = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++)
    first.set((data as Float32Array).subarray(row * width, row * width + count), row * count);
  return first;
}

/** Symmetric quantization of a matrix [rows, columns]: integers in [−largest, largest], and a scale per row. */
export interface Quantization {
  readonly largest: number;
  /** Whether the layout is [columns, rows]. */
  readonly transposed?: boolean;
}

/** Scale of each row: max|row| / largest, and 1 for a row of zeros. */
export function rowScales({ data, shape: [rows] }: HostTensor, { largest }: Quantization): Float32Array<ArrayBuffer> {
  const width = data.length / rows;
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    let most = 0;
    for (let i = row * width; i < (row + 1) * width; i++) most = Math.max(most, Math.abs(data[i]));
    scales[row] = most === 0 ? 1 : most / largest;
  }
  return scales;
}

/** The integers of a matrix: round(value / scale of the row), within half a unit of each value. */
export function quantizeRows(matrix: HostTensor, quantization: Quantization): Int8Array<ArrayBuffer> {
  const { data } = matrix;
  const scales = rowScales(matrix, quantization);
  const rows = scales.length;
  const width = data.length / rows;
  const [rowStride, columnStride] = quantization.transposed ? [1, rows] : [width, 1];
  const out = new Int8Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < width; column++)
      out[row * rowStride + column * columnStride] = Math.round(data[row * width + column] / scales[row]);
  return out;
}
