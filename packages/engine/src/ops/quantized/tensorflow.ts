import type { TensorflowGraph } from '../../graphs/tensorflow-graph';
import type { NamedNode } from '../../kernel/kernel';
import {
  type ProductAttributes,
  type QuantizedFormat,
  quantizedBlock,
  quantizedLayout,
  quantizedLevels,
} from './formats';

/**
 * A product with a quantized matrix W in a TensorFlow graph.
 *
 * W is dequantized for each product, once x is available, in the type of the products (scales and levels are rounded first).
 * A matrix shared by forward and backward would be kept in between, and finally the whole model in float32.
 */
export function quantizedProductInTensorflow(
  { inputs: { x, codes, scales }, attributes: { format, columns, turned } }: NamedNode<ProductAttributes>,
  graph: TensorflowGraph,
): string {
  const [rows, groups, groupBytes] = codes.shape;
  const { blocks } = quantizedLayout(format, columns);
  const late = graph.effect('Identity', [codes.name], { T: codes.dtype }, { after: [x.name], result: codes.dtype });
  const bytes = graph.reshape(late, [rows, groups * groupBytes]);
  const values = graph.reshape(levelsOf(bytes, format, graph), [rows, blocks, quantizedBlock]);
  const scale = graph.cast(graph.reshape(scales.name, [rows, blocks, 1]), graph.products);
  const scaled = graph.op('Mul', [values, scale]);
  const whole = graph.reshape(scaled, [rows, blocks * quantizedBlock]);
  const corner = [graph.integers([0, 0]), graph.integers([rows, columns])];
  const matrix = graph.op('Slice', [whole, ...corner], { Index: 'int32' });
  return graph.product('MatMul', [x.name, matrix], { transpose_a: false, transpose_b: !turned });
}

/**
 * Codes stay bytes until they are levels: what a number costs here is the bytes that are read and written for it.
 *
 * @param bytes [rows, bytes of a row] uint8
 */
function levelsOf(bytes: string, format: QuantizedFormat, graph: TensorflowGraph): string {
  if (format === 'int8') return graph.cast(lessHalf(bytes, graph), graph.products);
  const lower = graph.op('BitwiseAnd', [bytes, graph.scalar(15, 'uint8')]);
  const upper = graph.op('RightShift', [bytes, graph.scalar(4, 'uint8')]);
  const levels = quantizedLevels[format];
  if (format === 'int4') {
    const codes = graph.op('ConcatV2', [lower, upper, graph.integer(1)], { N: 2, Tidx: 'int32' });
    const first = graph.cast(graph.scalar(levels[0], 'int32'), 'int8');
    return graph.cast(graph.op('AddV2', [asSigned(codes, graph), first]), graph.products);
  }
  const codes = graph.op('Pack', [upper, lower], { N: 2, axis: 2 }); // [rows, bytes, 2]
  const table = graph.cast(graph.constant('float32', [levels.length], levels), graph.products);
  const types = { T: undefined, Tparams: graph.products, Tindices: 'int32', Taxis: 'int32' } as const;
  return graph.op('GatherV2', [table, graph.cast(codes, 'int32'), graph.integer(0)], types, graph.products);
}

const asSigned = (bytes: string, graph: TensorflowGraph) =>
  graph.op('Bitcast', [bytes], { T: 'uint8', type: 'int8' }, 'int8');

/** Bytes less 128: with the highest bit turned they are the same number with a sign. */
const lessHalf = (bytes: string, graph: TensorflowGraph) =>
  asSigned(graph.op('BitwiseXor', [bytes, graph.scalar(128, 'uint8')]), graph);
