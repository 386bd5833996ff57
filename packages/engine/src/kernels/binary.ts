import type { TensorflowGraph } from '../engines/tensorflow/graph';
import type { DType, TensorSpec } from '../tensor';
import type { Kernel, NamedValue } from './kernel';
import { broadcastShape, broadcastStrides, walk } from './strides';

interface Rule {
  readonly compute: (a: number, b: number) => number;
  readonly onnx: string;
  /** TensorFlow's operator; the kernel's name unless given. */
  readonly tensorflow?: string;
  readonly result?: DType;
}

const truth = (value: boolean) => (value ? 1 : 0);

/** Element by element on two tensors, broadcast as NumPy does. */
const rules: Readonly<Record<string, Rule>> = {
  Add: { onnx: 'Add', tensorflow: 'AddV2', compute: (a, b) => a + b },
  Sub: { onnx: 'Sub', compute: (a, b) => a - b },
  Multiply: { onnx: 'Mul', tensorflow: 'Mul', compute: (a, b) => a * b },
  RealDiv: { onnx: 'Div', compute: (a, b) => a / b },
  Maximum: { onnx: 'Max', compute: Math.max },
  Minimum: { onnx: 'Min', compute: Math.min },
  Pow: { onnx: 'Pow', compute: (a, b) => a ** b },
  Equal: { onnx: 'Equal', compute: (a, b) => truth(a === b), result: 'bool' },
  Greater: { onnx: 'Greater', compute: (a, b) => truth(a > b), result: 'bool' },
  GreaterEqual: { onnx: 'GreaterOrEqual', compute: (a, b) => truth(a >= b), result: 'bool' },
  Less: { onnx: 'Less', compute: (a, b) => truth(a < b), result: 'bool' },
  LessEqual: { onnx: 'LessOrEqual', compute: (a, b) => truth(a <= b), result: 'bool' },
  LogicalAnd: { onnx: 'And', compute: (a, b) => truth(a !== 0 && b !== 0), result: 'bool' },
  LogicalOr: { onnx: 'Or', compute: (a, b) => truth(a !== 0 || b !== 0), result: 'bool' },
};

/** TensorFlow's logical operators are of one type only, and do not name it. */
const isLogical = (name: string) => name.startsWith('Logical');

/** Integers as uint32 in the same order: beside a GPU TensorFlow has the processor compare int32, masks of attention among them. */
function inOrder({ name, dtype }: NamedValue, graph: TensorflowGraph): string {
  if (dtype !== 'int32') return name;
  const bits = graph.op('Bitcast', [name], { type: 'uint32' }, 'uint32');
  return graph.op('BitwiseXor', [bits, graph.constant('uint32', [], Uint32Array.of(2 ** 31))]);
}

function infer({ a, b }: Readonly<Record<string, TensorSpec>>, result?: DType): TensorSpec[] {
  return [{ shape: broadcastShape(a.shape, b.shape), dtype: result ?? a.dtype }];
}

export const binaryKernels: readonly Kernel[] = Object.entries(rules).map(([name, rule]) => ({
  name,
  infer: (inputs) => infer(inputs, rule.result),
  evaluate: ({ a, b }, _, [output]) => {
    const left = new Float64Array(output.shape.reduce((x, y) => x * y, 1));
    walk(output.shape, broadcastStrides(a.shape, output.shape), (flat, offset) => {
      left[flat] = a.data[offset];
    });
    walk(output.shape, broadcastStrides(b.shape, output.shape), (flat, offset) => {
      left[flat] = rule.compute(left[flat], b.data[offset]);
    });
    return [left];
  },
  lower: {
    onnx: ({ inputs: { a, b }, outputs: [out] }, graph) => graph.emit(rule.onnx, [a.name, b.name], [out.name]),
    tensorflow: ({ inputs }, graph) => {
      const [a, b] = [inputs.a, inputs.b].map((x) => (rule.result === 'bool' ? inOrder(x, graph) : x.name));
      return graph.op(rule.tensorflow ?? name, [a, b], isLogical(name) ? { T: undefined } : {}, rule.result);
    },
  },
}));
