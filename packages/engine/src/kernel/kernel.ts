import type { Tensor } from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { Attributes, Node, ValueId } from '../program';
import type { Destination, HostTensor, TensorSpec } from '../tensor';

/**
 * Everything Attune knows of one kernel: its shape rule, its meaning in plain float64 loops, and its lowerings.
 *
 * `A` is the attributes that it is called with. `tfjs` is the meaning in TensorFlow.js operations, for a kernel that
 * TensorFlow.js does not have.
 */
export interface Kernel<A = Attributes> {
  readonly name: string;
  readonly infer: (inputs: Readonly<Record<string, TensorSpec>>, attributes: A) => readonly TensorSpec[];
  readonly evaluate: (
    inputs: Readonly<Record<string, Float64Tensor>>,
    attributes: A,
    outputs: readonly TensorSpec[],
  ) => readonly Float64Array[];
  readonly lower: Lowerings<A>;
  readonly tfjs?: (inputs: Readonly<Record<string, Tensor>>, attributes: A) => Tensor | readonly Tensor[];
  readonly host?: HostSide<A>;
}

/** A kernel of some attributes or other. */
export type AnyKernel = Kernel<never>;

export interface Float64Tensor {
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly data: Float64Array;
}

/** The kernel in each target's graphs. A new target is a new field here, which the compiler then asks of every kernel. */
export interface Lowerings<A = Attributes> {
  readonly onnx: (node: NamedNode<A>, graph: OnnxGraph) => void;
  /** Returns the names of its outputs, or the name of the only one. Where it throws, the program runs call by call. */
  readonly tensorflow: (node: NamedNode<A>, graph: TensorflowGraph) => string | readonly string[];
}

/**
 * A kernel that runs in ordinary memory, outside a compiled graph, where the program's edge allows it:
 * `before` the graph if all its inputs are program inputs, `after` it if nothing else reads its output.
 */
export interface HostSide<A = Attributes> {
  readonly edge: 'before' | 'after';
  readonly run: (inputs: Readonly<Record<string, HostTensor>>, attributes: A, outputs: readonly Destination[]) => void;
}

/** Whether a node calls the kernel, whose attributes it then has. */
export function isCallOf<A>(kernel: Kernel<A>, node: Node): node is Node & { readonly attributes: A } {
  return node.kernel === kernel.name;
}

/** A value as a lowering sees it: its name in the target's graph, and its shape and type. */
export interface NamedValue extends TensorSpec {
  readonly name: string;
}

/** A node as its kernel's lowering sees it. */
export interface NamedNode<A = unknown> {
  readonly inputs: Readonly<Record<string, NamedValue>>;
  readonly attributes: A;
  readonly outputs: readonly NamedValue[];
}

/** The node with its values named. */
export function namedNode(node: Node, named: (value: ValueId) => NamedValue): NamedNode<Attributes> {
  return {
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, named(value)])),
    attributes: node.attributes,
    outputs: node.outputs.map(named),
  };
}
