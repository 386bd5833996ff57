import type { OnnxGraph } from '../../graphs/onnx-graph';
import type { NamedNode, NamedValue } from '../../kernel/kernel';
import { float32, uint8 } from '../../tensor';
import { quantizedBlock as block, type ProductAttributes, type QuantizedFormat, quantizedLayout } from './formats';

/** x · Wᵀ, or x · W if `turned`, in a graph. */
interface Product {
  readonly x: NamedValue;
  readonly codes: NamedValue;
  readonly scales: NamedValue;
  readonly out: string;
  readonly turned: boolean;
  /** Rows of W, and its columns padded to whole blocks. */
  readonly rows: number;
  readonly columns: number;
}

/**
 * A product with a quantized matrix in an ONNX graph. The matrix is dequantized just before and discarded afterwards.
 *
 * With the matrix as an input of the graph these variants were the fastest (measured on [2048, 2048] and [5632, 2048] with 256 tokens;
 * times of the product in float32): `int8` 1.0 to 1.1, `int4` 1.1 to 1.3, `nf4` 1.1 to 1.2, turned 1.3.
 * onnxruntime's `MatMulNBits` takes 1.6 to 2.4 there, because it arranges only a constant matrix for the processor, `DequantizeLinear`
 * over blocks 1.3 where it takes 1.05 over rows, and `MatMulBnb4` does not compute the turned product (`transB` 0), though it has the attribute.
 *
 * Two products with a matrix, forward, backward or recomputed, share no large node: the runtime would compute it once and keep it
 * between them, and finally the whole model. It never shares `DequantizeLinear`, but does share unpacked bytes (measured).
 */
export function quantizedProductInOnnx(
  { inputs, attributes: { format, columns, turned }, outputs: [out] }: NamedNode<ProductAttributes>,
  graph: OnnxGraph,
): void {
  const { x, codes, scales } = inputs;
  const whole = block * quantizedLayout(format, columns).blocks;
  const isPadded = whole !== columns;
  const product: Product = {
    x: isPadded && !turned ? padded(x, whole, graph) : x,
    codes,
    scales,
    out: isPadded && turned ? graph.temporary() : out.name,
    turned,
    rows: codes.shape[0],
    columns: whole,
  };
  products[format](product, graph);
  if (product.out !== out.name)
    graph.emit('Slice', [product.out, graph.int64([0]), graph.int64([columns]), graph.int64([1])], [out.name]);
}

const products: Readonly<Record<QuantizedFormat, (product: Product, graph: OnnxGraph) => void>> = {
  int8: byBytes,
  int4: byHalves,
  nf4: byNormalFloats,
};

/** x, padded with zeros to the columns of whole blocks. */
function padded(x: NamedValue, columns: number, graph: OnnxGraph): NamedValue {
  const [tokens, own] = x.shape;
  const name = graph.temporary();
  graph.emit('Pad', [x.name, graph.int64([0, 0, 0, columns - own])], [name]);
  return { ...x, name, shape: [tokens, columns] };
}

function byBytes({ x, codes, scales, out, turned, rows, columns }: Product, graph: OnnxGraph): void {
  const count = (rows * columns) / block;
  const flat = graph.compute('Reshape', [codes.name, graph.int64([count, block])]);
  const matrix = floats({ codes: flat, scales: inARow(scales.name, count, graph), zero: 128 }, graph, {
    count,
    shape: [rows, columns],
  });
  graph.emit('Gemm', [firstNeeded(x, graph), matrix], [out], { transB: turned ? 0 : 1 });
}

/**
 * x under a name that comes after the matrix's. Of the inputs of a node the runtime computes first the one written last, and would
 * otherwise make every matrix of a model before the first product.
 */
const firstNeeded = (x: NamedValue, graph: OnnxGraph) =>
  graph.compute('Reshape', [x.name, graph.int64([-1, x.shape[1]])]);

/** The lower halves of the bytes are the first half of the columns, the upper ones the second. */
function byHalves({ x, codes, scales, out, turned, rows, columns }: Product, graph: OnnxGraph): void {
  const half = columns / 2;
  const count = (rows * half) / block;
  const width = half / block;
  const part = (from: number) =>
    graph.compute('Slice', [scales.name, ...[from, from + width, 1].map((value) => graph.int64([value]))]);
  const [first, second] = [part(0), part(width)];
  const [low, high] = nibbles(codes, count, graph);
  const halves = [
    { codes: low, scales: inARow(first, count, graph), zero: 8 },
    { codes: high, scales: inARow(second, count, graph), zero: 8 },
  ];
  const [lower, upper] = halves.map((own) => floats(own, graph, { count, shape: [rows, half] }));
  const [a, b] = [graph.temporary(), graph.temporary()];
  if (turned) {
    const late = firstNeeded(x, graph);
    graph.emit('Gemm', [late, lower], [a]);
    graph.emit('Gemm', [late, upper], [b]);
    graph.emit('Concat', [a, b], [out], { axis: 1 });
    return;
  }
  const sum = graph.temporary();
  graph.emit('Split', [x.name], [a, b], { axis: 1, num_outputs: 2 });
  graph.emit('Gemm', [a, lower], [sum], { transB: 1 });
  graph.emit('Gemm', [b, upper, sum], [out], { transB: 1 });
}

/**
 * The lower and the upper halves of the bytes, in rows of a block. Each use unpacks them in another shape, so that none is shared.
 * With rows of one byte the runtime unpacks them one by one, in 16 times the time (measured).
 */
function nibbles(codes: NamedValue, count: number, graph: OnnxGraph): string[] {
  const width = Math.max(2, block / 2 ** graph.timesBefore(`nibbles:${codes.name}`));
  const bytes = graph.compute('Reshape', [codes.name, graph.int64([-1, width])]);
  const taken = [
    graph.compute('BitwiseAnd', [bytes, graph.scalar(15, 'uint8')]),
    graph.compute('BitShift', [bytes, graph.scalar(4, 'uint8')], { direction: 'RIGHT' }),
  ];
  return taken.map((name) => graph.compute('Reshape', [name, graph.int64([count, block])]));
}

const inARow = (name: string, count: number, graph: OnnxGraph) =>
  graph.compute('Reshape', [name, graph.int64([count])]);

/** (codes − zero) · scales as a matrix, for codes [count, block] with a scale per row. */
function floats(
  { codes, scales, zero }: { codes: string; scales: string; zero: number },
  graph: OnnxGraph,
  { count, shape }: { count: number; shape: readonly number[] },
): string {
  const zeros = graph.sharedConstant(`zeros:${zero}:${count}`, () => uint8(new Uint8Array(count).fill(zero)));
  const all = graph.compute('DequantizeLinear', [codes, scales, zeros], { axis: 0 });
  return graph.compute('Reshape', [all, graph.int64(shape)]);
}

/**
 * A product by `MatMulBnb4`. The turned one multiplies by the matrix that `MatMulBnb4` makes of a block's identity, in which the
 * columns of a block come first: [block, rows, blocks].
 */
function byNormalFloats({ x, codes, scales, out, turned, rows, columns }: Product, graph: OnnxGraph): void {
  const blocks = columns / block;
  const [tokens] = x.shape;
  const weights = [
    graph.compute('Reshape', [codes.name, graph.int64([-1])]),
    graph.compute('Reshape', [scales.name, graph.int64([-1])]),
  ];
  const attributes = { block_size: block, quant_type: 1 };
  if (!turned) {
    graph.emit('MatMulBnb4', [x.name, ...weights], [out], { ...attributes, K: columns, N: rows }, microsoft);
    return;
  }
  const sizes = { ...attributes, K: block, N: rows * blocks };
  const all = graph.compute('MatMulBnb4', [identity(graph), ...weights], sizes, microsoft);
  const matrices = graph.compute('Reshape', [all, graph.int64([block, rows, blocks])]);
  const [byBlock, byToken] = [graph.temporary(), graph.temporary()];
  graph.emit('MatMul', [firstNeeded(x, graph), matrices], [byBlock]); // [block, tokens, blocks]
  graph.emit('Transpose', [byBlock], [byToken], { perm: [1, 2, 0] }); // [tokens, blocks, block]
  graph.emit('Reshape', [byToken, graph.int64([tokens, columns])], [out]);
}

const identity = (graph: OnnxGraph) =>
  graph.sharedConstant('identity', () => {
    const data = Float32Array.from({ length: block * block }, (_, i) => (i % (block + 1) === 0 ? 1 : 0));
    return float32(data, [block, block]);
  });

const microsoft = 'com.microsoft';
