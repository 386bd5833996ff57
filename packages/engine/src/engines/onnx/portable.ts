import type { NamedNode } from '../../kernels/kernel';
import { normaliseInParts } from '../../ops/rms-norm';
import { turnInParts } from '../../ops/rope';
import type { HostTensor } from '../../tensor';
import type { OnnxGraph } from './graph';
import { type Quantisation, quantiseRows, rowScales } from './quantise';

/** Parameters of an exported program, by their names in the graph. */
export type Parameters = ReadonlyMap<string, HostTensor>;

export interface PortableContext {
  readonly graph: OnnxGraph;
  readonly parameters: Parameters;
}

/** Writes a node; false where it has nothing to say, and the kernel's own lowering does it. */
type Lowering = (node: NamedNode, context: PortableContext) => boolean;

export type PortableLowerings = Readonly<Record<string, Lowering>>;

/**
 * How some kernels are written into a file for any runtime: in operators of ONNX alone, where our own runtime is given
 * extensions of it that are faster.
 */
export const portableLowerings: PortableLowerings = {
  GeluErf: ({ inputs: { x }, outputs: [out] }, { graph }) => {
    graph.emit('Gelu', [x.name], [out.name]);
    return true;
  },
  // Mean and deviation are for a gradient, and no runtime need compute them.
  LayerNorm: ({ inputs: { x, weight, bias }, attributes: { epsilon }, outputs: [out] }, { graph }) => {
    const attributes = { axis: -1, epsilon: { float: epsilon as number } };
    graph.emit('LayerNormalization', [x.name, weight.name, bias.name], [out.name], attributes);
    return true;
  },
  RmsNorm: (node, { graph }) => {
    normaliseInParts(node, graph);
    return true;
  },
  Rope: (node, { graph }) => {
    turnInParts(node, graph);
    return true;
  },
  BatchMatMul: ({ inputs: { a, b }, attributes: { transposeA, transposeB }, outputs: [out] }, { graph }) => {
    const transposed = ({ name, shape }: typeof a) => {
      const flipped = graph.temporary();
      const axes = shape.map((_, axis) => axis);
      graph.emit('Transpose', [name], [flipped], { perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2] });
      return flipped;
    };
    graph.emit('MatMul', [transposeA ? transposed(a) : a.name, transposeB ? transposed(b) : b.name], [out.name]);
    return true;
  },
};

/**
 * Linear layers use 7 of the 8 bits: processors without integer dot products (AVX2 before VNNI) add two products of an
 * unsigned and a signed byte in 16 bits, where 2 · 255 · 64 fits and 2 · 255 · 127 saturates without a word.
 */
const ofLinears: Quantisation = { largest: 64, transposed: true };
const ofTables: Quantisation = { largest: 127 };

/**
 * A layer with more inputs than outputs: in an encoder the one behind the GELU, where a few activations are so large that
 * eight bits leave little for the others. Its weights are turned back into floats. Of 1,500 titles in 37 classes this
 * loses half as many labels (measured), for a third of the products in float32.
 */
const narrows = ({ shape: [outputs, inputs] }: HostTensor): boolean => inputs > outputs;

/**
 * The same with 8-bit weights: activations are quantised as they come, by their own range (`DynamicQuantizeLinear`), and
 * multiplied as integers; rows of embedding tables are turned back into floats as they are read.
 */
export const int8Lowerings: PortableLowerings = {
  ...portableLowerings,
  Linear: ({ inputs: { x, weight, bias }, outputs: [out] }, context) =>
    linearIn8Bits({ x: x.name, weight: weight.name, bias: bias.name, out: out.name }, context),
  // A linear module without a bias; a product of two activations stays as it is.
  BatchMatMul: (node, context) => {
    const { inputs, attributes, outputs } = node;
    const { a, b } = inputs;
    const isLinear = a.shape.length === 2 && !attributes.transposeA && attributes.transposeB === true;
    const linear = { x: a.name, weight: b.name, out: outputs[0].name };
    return (isLinear && linearIn8Bits(linear, context)) || portableLowerings.BatchMatMul(node, context);
  },
  GatherV2: ({ inputs: { x, indices }, attributes: { axis }, outputs: [out] }, { graph, parameters }) => {
    const table = parameters.get(x.name);
    if (!table || axis !== 0 || table.shape.length !== 2 || indices.shape.length !== 1) return false;
    const { integers, scale } = quantised(x.name, { matrix: table, graph, quantisation: ofTables });
    const [rows, scales] = temporaries(graph, 2);
    graph.emit('Gather', [integers, indices.name], [rows], { axis: 0 });
    graph.emit('Gather', [scale, indices.name], [scales], { axis: 0 }); // [tokens]
    graph.emit('DequantizeLinear', [rows, scales], [out.name], { axis: 0 });
    return true;
  },
};

interface Linear {
  readonly x: string;
  readonly weight: string;
  readonly bias?: string;
  readonly out: string;
}

/** x · weightᵀ + bias; false where the weight is no parameter. */
function linearIn8Bits({ x, weight, bias, out }: Linear, { graph, parameters }: PortableContext): boolean {
  const matrix = parameters.get(weight);
  if (!matrix) return false;
  if (narrows(matrix)) {
    const { integers, scale } = quantised(weight, { matrix, graph, quantisation: ofTables });
    const [floats] = temporaries(graph, 1);
    graph.emit('DequantizeLinear', [integers, scale], [floats], { axis: 0 });
    graph.emit('Gemm', [x, floats, ...(bias ? [bias] : [])], [out], { transA: 0, transB: 1 });
    return true;
  }
  const { integers, scale } = quantised(weight, { matrix, graph, quantisation: ofLinears });
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

/** A parameter's integers and scales as constants of the graph. */
function quantised(
  name: string,
  { matrix, graph, quantisation }: { matrix: HostTensor; graph: OnnxGraph; quantisation: Quantisation },
): { integers: string; scale: string } {
  const [rows, columns] = matrix.shape;
  // A table that is also a layer's weight, as in a tied language model, is there in both layouts.
  const int8 = `${name}.${quantisation.transposed ? 'int8_transposed' : 'int8'}`;
  return {
    integers: graph.weight(int8, {
      dtype: 'int8',
      shape: quantisation.transposed ? [columns, rows] : [rows, columns],
      data: () => quantiseRows(matrix, quantisation),
    }),
    scale: graph.weight(`${int8}.scale`, {
      dtype: 'float32',
      shape: [rows],
      data: () => rowScales(matrix, quantisation),
    }),
  };
}
