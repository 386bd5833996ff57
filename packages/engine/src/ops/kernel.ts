import type { Tensor } from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { Attributes, Node, ValueId } from '../program';
import type { Destination, HostTensor, TensorSpec } from '../tensor';

export interface Float64Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** A value as a lowering sees it: what it is called in the target's graph, and what it is. */
export interface NamedValue extends TensorSpec {
  readonly name: string;
}

export interface NamedNode {
  readonly inputs: Readonly<Record<string, NamedValue>>;
  readonly attributes: Attributes;
  readonly outputs: readonly NamedValue[];
}

/** How each kind of engine expresses a kernel. A new target is a new field here, which the compiler then asks of every kernel. */
export interface Lowerings {
  readonly onnx: (node: NamedNode, graph: OnnxGraph) => void;
  /** Gives the names of its outputs, or the name of the only one. Where it throws, the program runs call by call. */
  readonly tensorflow: (node: NamedNode, graph: TensorflowGraph) => string | readonly string[];
}

/**
 * Everything Attune knows of one kernel: its shape rule, its meaning in plain float64 loops, and its lowerings.
 *
 * `tfjs` is the meaning in TensorFlow.js operations, for a kernel that TensorFlow.js does not have.
 */
export interface Kernel {
  readonly name: string;
  readonly infer: (inputs: Readonly<Record<string, TensorSpec>>, attributes: Attributes) => readonly TensorSpec[];
  readonly evaluate: (
    inputs: Readonly<Record<string, Float64Tensor>>,
    attributes: Attributes,
    outputs: readonly TensorSpec[],
  ) => readonly Float64Array[];
  readonly lower: Lowerings;
  readonly tfjs?: (inputs: Readonly<Record<string, Tensor>>, attributes: Attributes) => Tensor | readonly Tensor[];
  readonly host?: HostSide;
}

/**
 * A kernel that runs in ordinary memory, outside a compiled graph, where the program's edge allows it:
 * `before` the graph when all its inputs are program inputs, `after` it when its output is read by nobody else.
 */
export interface HostSide {
  readonly edge: 'before' | 'after';
  readonly run: (
    inputs: Readonly<Record<string, HostTensor>>,
    attributes: Attributes,
    outputs: readonly Destination[],
  ) => void;
}

/** A node as its kernel's lowering sees it. */
export function namedNode(node: Node, named: (value: ValueId) => NamedValue): NamedNode {
  return {
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, named(value)])),
    attributes: node.attributes,
    outputs: node.outputs.map(named),
  };
}
