import type { TensorflowGraph } from '../engines/tensorflow/graph';
import { fillMaskPlainly, maskFillers, threshold } from '../host/dropout-mask';
import { firstFactor, secondFactor, stride } from '../host/random';
import type { Kernel } from '../kernels/kernel';
import { sizeOf } from '../tensor';
import { type MaskAttributes, maskKeysOf, querySpansOf, refuseInside, rowsOf } from './dropout';

type Attributes = Readonly<Record<string, unknown>>;
type Numbers = Readonly<Record<string, { readonly data: ArrayLike<number> }>>;

const maskOf = (attributes: Attributes) => attributes as unknown as MaskAttributes;

/** The row keys of `DropoutMask`, from its inputs: int32, the mask's shape without its last dimension. */
export const dropoutKeys: Kernel = {
  name: 'DropoutKeys',
  infer: (_, attributes) => [{ shape: maskOf(attributes).shape.slice(0, -1), dtype: 'int32' }],
  evaluate: (inputs, attributes) => [Float64Array.from(maskKeysOf(inputs, maskOf(attributes)))],
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) => (out.data as Int32Array).set(maskKeysOf(inputs, maskOf(attributes))),
  },
};

/** Where each query's own sequence begins among its row's keys, and how many keys it has: int32 [rows, 1, queries, 1] each. */
export const dropoutSpans: Kernel = {
  name: 'DropoutSpans',
  infer: (_, attributes) => {
    const [rows, , queries] = maskOf(attributes).shape;
    return [0, 1].map(() => ({ shape: [rows, 1, queries, 1], dtype: 'int32' }));
  },
  evaluate: (inputs, attributes) => {
    const { starts, counts } = querySpansOf(inputs, maskOf(attributes));
    return [starts, counts].map((list) => Float64Array.from(list));
  },
  lower: { onnx: refuseInside, tensorflow: refuseInside },
  host: {
    edge: 'before',
    run: (inputs, attributes, outputs) => {
      const { starts, counts } = querySpansOf(inputs, maskOf(attributes));
      [starts, counts].forEach((list, i) => (outputs[i].data as Int32Array).set(list));
    },
  },
};

/**
 * The mask of `DropoutMask`, from the `keys` of its rows, and for attention the `starts` and `counts` of its queries: of an
 * entry nothing comes from the host.
 *
 * For devices that shift unsigned integers and let their products wrap.
 */
export const hashedMask: Kernel = {
  name: 'HashedMask',
  infer: (_, attributes) => [{ shape: maskOf(attributes).shape, dtype: 'float32' }],
  evaluate: (inputs, attributes, [output]) => {
    const mask = new Float64Array(sizeOf(output.shape));
    fillMaskPlainly(hashedRows(inputs, output.shape), maskOf(attributes).rate, mask);
    return [mask];
  },
  lower: {
    onnx: refuseInside,
    tensorflow: ({ inputs: { keys, starts, counts }, attributes }, graph) => {
      const { rate, shape } = maskOf(attributes);
      const width = shape.at(-1)!;
      const columns = graph.constant(
        'uint32',
        [width],
        Uint32Array.from({ length: width }, (_, i) => i),
      );
      const rowKeys = graph.reshape(unsigned(keys.name, graph), [...keys.shape, 1]);
      const places = starts ? graph.op('Sub', [columns, unsigned(starts.name, graph)]) : columns; // before a start: huge
      const bits = bitsOf(rowKeys, places, graph);
      const isHigh = graph.op('GreaterEqual', [bits, number(threshold(rate), graph)], {}, 'bool');
      const isInside = counts && graph.op('Less', [places, unsigned(counts.name, graph)], {}, 'bool');
      const isKept = isInside ? graph.op('LogicalAnd', [isHigh, isInside], { T: undefined }, 'bool') : isHigh;
      return graph.op('SelectV2', [isKept, graph.scalar(1 / (1 - rate)), graph.scalar(0)], { T: 'float32' });
    },
  },
  host: {
    edge: 'before',
    run: (inputs, attributes, [out]) =>
      maskFillers().mask(hashedRows(inputs, out.shape), maskOf(attributes).rate, out.data as Float32Array),
  },
};

function hashedRows({ keys, starts, counts }: Numbers, shape: readonly number[]) {
  const spans = starts && { starts: Int32Array.from(starts.data), counts: Int32Array.from(counts.data) };
  return rowsOf(Int32Array.from(keys.data), spans, shape);
}

const unsigned = (name: string, graph: TensorflowGraph) => graph.op('Bitcast', [name], { type: 'uint32' }, 'uint32');

const number = (value: number, graph: TensorflowGraph) => graph.constant('uint32', [], Uint32Array.of(value));

/** The 16 random bits of each place: `fold(key, place / 2)` has those of an even place in its lower half, of the next in its upper. */
function bitsOf(keys: string, places: string, graph: TensorflowGraph): string {
  const by = (operator: string, x: string, value: number) => graph.op(operator, [x, number(value, graph)]);
  const pairs = by('Mul', by('AddV2', by('RightShift', places, 1), 1), stride);
  const shifted = (x: string, bits: number) => graph.op('BitwiseXor', [x, by('RightShift', x, bits)]);
  const first = by('Mul', shifted(graph.op('AddV2', [keys, pairs]), 16), firstFactor);
  const hashes = shifted(by('Mul', shifted(first, 15), secondFactor), 16);
  const half = by('Mul', by('BitwiseAnd', places, 1), 16);
  return by('BitwiseAnd', graph.op('RightShift', [hashes, half]), 0xffff);
}
