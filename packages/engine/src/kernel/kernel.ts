import type { Tensor } from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../graphs/onnx-graph';
import type { TensorflowGraph } from '../graphs/tensorflow-graph';
import type { Attributes, Node, ValueId } from '../program';
import type { Destination, HostTensor, TensorSpec } from '../tensor';

/**
 * Definition of a kernel: its shape rule, its reference implementation in float64 loops, and its lowerings.
 *
 * `A` is the type of its attributes. `tfjs` is an implementation in TensorFlow.js operations, for a kernel that
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

/** A kernel with any attributes. */
export type AnyKernel = Kernel<never>;

export interface Float64Tensor {
  /** Size of each dimension. */
  readonly shape: readonly number[];
  /** The elements, row-major. */
  readonly data: Float64Array;
}

/** Lowerings of a kernel. A new target is a new field here, and the compiler then requires it for every kernel. */
export interface Lowerings<A = Attributes> {
  readonly onnx: (node: NamedNode<A>, graph: OnnxGraph) => void;
  /** Returns the names of its outputs, or the name of the only one. If it throws, the program runs call by call. */
  readonly tensorflow: (node: NamedNode<A>, graph: TensorflowGraph) => string | readonly string[];
}

/**
 * Implementation in ordinary memory, outside a compiled graph:
 * `before` the graph if all its inputs are program inputs, `after` it if nothing else reads its output.
 */
export interface HostSide<A = Attributes> {
  readonly edge: 'before' | 'after';
  readonly run: (inputs: Readonly<Record<string, HostTensor>>, attributes: A, outputs: readonly Destination[]) => void;
}

/** Whether a node calls the kernel; narrows the type of its attributes. */
export function isCallOf<A>(kernel: Kernel<A>, node: Node): node is Node & { readonly attributes: A } {
  return node.kernel === kernel.name;
}

/** A value as passed to a lowering: its name in the target's graph, and its shape and type. */
export interface NamedValue extends TensorSpec {
  readonly name: string;
}

/** A node as passed to a lowering. */
export interface NamedNode<A = unknown> {
  readonly inputs: Readonly<Record<string, NamedValue>>;
  readonly attributes: A;
  readonly outputs: readonly NamedValue[];
}

/** A node with the names of its values. */
export function namedNode(node: Node, named: (value: ValueId) => NamedValue): NamedNode<Attributes> {
  return {
    inputs: Object.fromEntries(Object.entries(node.inputs).map(([key, value]) => [key, named(value)])),
    attributes: node.attributes,
    outputs: node.outputs.map(named),
  };
}
