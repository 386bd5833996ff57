import type { OnnxGraph } from '../engines/onnx/graph';
import { erf } from './erf';
import type { Kernel, NamedNode } from './kernel';

interface Rule {
  readonly compute: (x: number) => number;
  /** ONNX operators applied one after the other. */
  readonly onnx: readonly string[];
}

const sigmoid = (x: number) => (x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x)));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** Element by element on one tensor. */
const rules: Readonly<Record<string, Rule>> = {
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

const named: readonly Kernel[] = Object.entries(rules).map(([name, { compute, onnx }]) => ({
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

/** 1 above zero, `alpha` (0 unless given) elsewhere: the derivative of a rectifier. */
const step: Kernel = {
  name: 'Step',
  infer: ({ x }) => [x],
  evaluate: ({ x }, { alpha }) => [x.data.map((value) => (value > 0 ? 1 : ((alpha as number) ?? 0)))],
  lower: {
    onnx: ({ inputs: { x }, attributes: { alpha }, outputs: [out] }, graph) => {
      const positive = graph.temporary();
      graph.emit('Greater', [x.name, graph.scalar(0)], [positive]);
      graph.emit('Where', [positive, graph.scalar(1), graph.scalar((alpha as number) ?? 0)], [out.name]);
    },
    tensorflow: ({ inputs: { x }, attributes: { alpha } }, graph) => {
      const positive = graph.op('Greater', [x.name, graph.scalar(0)], {}, 'bool');
      const values = [graph.scalar(1), graph.scalar((alpha as number) ?? 0)];
      return graph.op('SelectV2', [positive, ...values], { T: 'float32' });
    },
  },
};

const clip: Kernel = {
  name: 'ClipByValue',
  infer: ({ x }) => [x],
  evaluate: ({ x }, { clipValueMin, clipValueMax }) => [
    x.data.map((value) => Math.min(Math.max(value, clipValueMin as number), clipValueMax as number)),
  ],
  lower: {
    onnx: ({ inputs: { x }, attributes, outputs: [out] }, graph) =>
      graph.emit(
        'Clip',
        [x.name, graph.scalar(attributes.clipValueMin as number), graph.scalar(attributes.clipValueMax as number)],
        [out.name],
      ),
    tensorflow: ({ inputs: { x }, attributes: { clipValueMin, clipValueMax } }, graph) =>
      graph.op('ClipByValue', [x.name, graph.scalar(clipValueMin as number), graph.scalar(clipValueMax as number)]),
  },
};

export const unaryKernels: readonly Kernel[] = [...named, square, step, clip];
