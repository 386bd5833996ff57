import type { NamedNode } from '../../kernels/kernel';
import {
  type QuantisedFormat,
  quantisedBlock,
  quantisedLayout,
  quantisedLevels,
} from '../../kernels/quantized/formats';
import type { TensorflowGraph } from './graph';

/**
 * x · Wᵀ, or x · W where `turned`, with a quantised W.
 *
 * W is made float32 once x is there, for each product anew: one matrix for forward and backward would be kept from the one to
 * the other, so in the end the whole model in float32.
 */
export function quantisedProduct({ inputs, attributes }: NamedNode, graph: TensorflowGraph): string {
  const { x, codes, scales } = inputs;
  const { format, columns, turned } = attributes as { format: QuantisedFormat; columns: number; turned: boolean };
  const [rows, groups, groupBytes] = codes.shape;
  const { blocks } = quantisedLayout(format, columns);
  const late = graph.effect('Identity', [codes.name], { T: codes.dtype }, { after: [x.name], result: codes.dtype });
  const bytes = graph.reshape(graph.cast(late, 'int32'), [rows, groups * groupBytes]);
  const values = graph.reshape(levelsOf(bytes, format, graph), [rows, blocks, quantisedBlock]);
  const scaled = graph.op('Mul', [values, graph.reshape(scales.name, [rows, blocks, 1])]);
  const whole = graph.reshape(scaled, [rows, blocks * quantisedBlock]);
  const corner = [graph.integers([0, 0]), graph.integers([rows, columns])];
  const matrix = graph.op('Slice', [whole, ...corner], { Index: 'int32' });
  return graph.product('MatMul', [x.name, matrix], { transpose_a: false, transpose_b: !turned });
}

/** @param bytes [rows, bytes of a row] int32 */
function levelsOf(bytes: string, format: QuantisedFormat, graph: TensorflowGraph): string {
  const levels = quantisedLevels[format];
  const fromFirst = (codes: string) => graph.op('AddV2', [graph.cast(codes, 'float32'), graph.scalar(levels[0])]);
  if (format === 'int8') return fromFirst(bytes);
  const lower = graph.op('BitwiseAnd', [bytes, graph.scalar(15, 'int32')]);
  const upper = graph.op('RightShift', [bytes, graph.scalar(4, 'int32')]);
  if (format === 'int4')
    return fromFirst(graph.op('ConcatV2', [lower, upper, graph.integer(1)], { N: 2, Tidx: 'int32' }));
  const codes = graph.op('Pack', [upper, lower], { N: 2, axis: 2 }); // [rows, bytes, 2]
  const table = graph.constant('float32', [levels.length], levels);
  const types = { T: undefined, Tparams: 'float32', Tindices: 'int32', Taxis: 'int32' } as const;
  return graph.op('GatherV2', [table, codes, graph.integer(0)], types, 'float32');
}
