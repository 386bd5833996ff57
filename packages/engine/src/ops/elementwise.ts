import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { AnyKernel, Kernel, NamedNode, NamedValue } from '../kernel/kernel';
import { broadcastShape, broadcastStrides, walk } from '../kernel/strides';
import type { DType, TensorSpec } from '../tensor';

interface UnaryRule {
  readonly compute: (x: number) => number;
  /** ONNX operators applied one after the other. */
  readonly onnx: readonly string[];
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Element by element on one tensor. */
const unaryRules: Readonly<Record<string, UnaryRule>> = {
  Abs: { onnx: ['Abs'], compute: Math.abs },
  Cos: { onnx: ['Cos'], compute: Math.cos },
  Erf: { onnx: ['Erf'], compute: erf },
  Exp: { onnx: ['Exp'], compute: Math.exp },
  Log: { onnx: ['Log'], compute: Math.log },
  LogicalNot: { onnx: ['Not'], compute: (x) => (x === 0 ? 1 : 0) },
  Neg: { onnx: ['Neg'], compute: (x) => -x },
  Reciprocal: { onnx: ['Reciprocal'], compute: (x) => 1 / x },
  Relu: { onnx: ['Relu'], compute: (x) => Math.max(x, 0) },
  Rsqrt: { onnx: ['Sqrt', 'Reciprocal'], compute: (x) => 1 / Math.sqrt(x) },
  Sigmoid: { onnx: ['Sigmoid'], compute: sigmoid },
  Sign: { onnx: ['Sign'], compute: Math.sign },
  Sin: { onnx: ['Sin'], compute: Math.sin },
  Softplus: { onnx: ['Softplus'], compute: softplus },
  Sqrt: { onnx: ['Sqrt'], compute: Math.sqrt },
  Tanh: { onnx: ['Tanh'], compute: Math.tanh },
};

function chain(operators: readonly string[], { inputs: { x }, outputs: [out] }: NamedNode, graph: OnnxGraph): void {
  let from = x.name;
  operators.forEach((operator, i) => {
    const to = i === operators.length - 1 ? out.name : graph.temporary();
    graph.emit(operator, [from], [to]);
    from = to;
  });
}

const unaryByName: readonly Kernel[] = Object.entries(unaryRules).map(([name, { compute, onnx }]) => ({
  name,
  infer: ({ x }) => [x],
  evaluate: ({ x }) => [x.data.map(compute)],
  lower: {
    onnx: (node, graph) => chain(onnx, node, graph),
    tensorflow: ({ inputs: { x } }, graph) =>
      graph.op(name, [x.name], name === 'LogicalNot' ? { T: undefined } : {}, graph.typeOf(x.name)),
  },
}));

const square: Kernel = {
  name: 'Square',
  infer: ({ x }) => [x],
  evaluate: ({ x }) => [x.data.map((value) => value * value)],
  lower: {
    onnx: ({ inputs: { x }, outputs: [out] }, graph) => graph.emit('Mul', [x.name, x.name], [out.name]),
    tensorflow: ({ inputs: { x } }, graph) => graph.op('Square', [x.name]),
  },
};

/** 1 above zero, `alpha` (default 0) elsewhere: the derivative of a rectifier. */
const step: Kernel<{ readonly alpha?: number }> = {
  name: 'Step',
  infer: ({ x }) => [x],
  evaluate: ({ x }, { alpha = 0 }) => [x.data.map((value) => (value > 0 ? 1 : alpha))],
  lower: {
    onnx: ({ inputs: { x }, attributes: { alpha = 0 }, outputs: [out] }, graph) => {
      const positive = graph.temporary();
      graph.emit('Greater', [x.name, graph.scalar(0)], [positive]);
      graph.emit('Where', [positive, graph.scalar(1), graph.scalar(alpha)], [out.name]);
    },
    tensorflow: ({ inputs: { x }, attributes: { alpha = 0 } }, graph) => {
      const positive = graph.op('Greater', [x.name, graph.scalar(0)], {}, 'bool');
      const values = [graph.scalar(1), graph.scalar(alpha)];
      return graph.op('SelectV2', [positive, ...values], { T: 'float32' });
    },
  },
};

const clip: Kernel<{ readonly clipValueMin: number; readonly clipValueMax: number }> = {
  name: 'ClipByValue',
  infer: ({ x }) => [x],
  evaluate: ({ x }, { clipValueMin, clipValueMax }) => [
    x.data.map((value) => Math.min(Math.max(value, clipValueMin), clipValueMax)),
  ],
  lower: {
    onnx: ({ inputs: { x }, attributes, outputs: [out] }, graph) =>
      graph.emit(
        'Clip',
        [x.name, graph.scalar(attributes.clipValueMin), graph.scalar(attributes.clipValueMax)],
        [out.name],
      ),
    tensorflow: ({ inputs: { x }, attributes: { clipValueMin, clipValueMax } }, graph) =>
      graph.op('ClipByValue', [x.name, graph.scalar(clipValueMin), graph.scalar(clipValueMax)]),
  },
};

export const unaryKernels: readonly AnyKernel[] = [...unaryByName, square, step, clip];

interface BinaryRule {
  readonly compute: (a: number, b: number) => number;
  readonly onnx: string;
  /** TensorFlow's operator, default the kernel's name. */
  readonly tensorflow?: string;
  readonly result?: DType;
}

const truth = (value: boolean) => (value ? 1 : 0);

/** Element by element on two tensors, broadcast as NumPy does. */
const binaryRules: Readonly<Record<string, BinaryRule>> = {
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

/** TensorFlow's logical operators have one type only and no attribute for it. */
const isLogical = (name: string) => name.startsWith('Logical');

/** Integers as uint32 in the same order: TensorFlow compares int32, such as masks of attention, on the processor even with a GPU. */
function inOrder({ name, dtype }: NamedValue, graph: TensorflowGraph): string {
  if (dtype !== 'int32') return name;
  const bits = graph.op('Bitcast', [name], { type: 'uint32' }, 'uint32');
  return graph.op('BitwiseXor', [bits, graph.constant('uint32', [], Uint32Array.of(2 ** 31))]);
}

function inferBinary({ a, b }: Readonly<Record<string, TensorSpec>>, result?: DType): TensorSpec[] {
  return [{ shape: broadcastShape(a.shape, b.shape), dtype: result ?? a.dtype }];
}

export const binaryKernels: readonly Kernel[] = Object.entries(binaryRules).map(([name, rule]) => ({
  name,
  infer: (inputs) => inferBinary(inputs, rule.result),
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

/**
 * The error function to full double precision.
 *
 * Maclaurin series below 2.5, Lentz's continued fraction of erfc above: both reach 1e-15, and the series'
 * derivative is exactly 2/√π·exp(-x²), which central differences rely on.
 */
export function erf(x: number): number {
  const magnitude = Math.abs(x);
  if (magnitude > 6) return Math.sign(x);
  return Math.sign(x) * (magnitude < 2.5 ? series(magnitude) : 1 - complement(magnitude));
}

function series(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
    if (n > 200) break;
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** erfc(x) = exp(-x²)/√π · 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))). */
function complement(x: number): number {
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * fraction);
}
