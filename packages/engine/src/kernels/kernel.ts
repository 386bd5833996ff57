import type { Tensor } from '@tensorflow/tfjs-core';
import type { OnnxGraph } from '../engines/onnx/graph';
import type { Attributes } from '../program';
import type { HostTensor, TensorSpec } from '../tensor';

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
    outputs: readonly HostTensor[],
  ) => void;
}

/** `axis` as non-negative, sorted axes; every axis where it is undefined. */
export function axesOf(axis: unknown, rank: number): number[] {
  const given = axis === undefined || axis === null ? Array.from({ length: rank }, (_, i) => i) : [axis].flat();
  return (given as number[]).map((a) => (a < 0 ? a + rank : a)).sort((a, b) => a - b);
}

/** NumPy's broadcast of two shapes. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`broadcast: shapes [${a}] and [${b}] do not fit together`);
    return x === 1 ? y : x;
  });
}

/** Row-major strides. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let i = shape.length - 2; i >= 0; i--) strides[i] = strides[i + 1] * shape[i + 1];
  return strides;
}

/** Strides that read `shape` as if broadcast to `target`: 0 along repeated dimensions. */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  const strides = stridesOf(shape);
  return target.map((_, i) => {
    const own = i - target.length + shape.length;
    return own < 0 || shape[own] === 1 ? 0 : strides[own];
  });
}

/** Calls `visit(flat, offset)` for every element of `shape` in order, `offset` following `strides`. */
export function walk(
  shape: readonly number[],
  strides: readonly number[],
  visit: (flat: number, offset: number) => void,
): void {
  const size = shape.reduce((a, b) => a * b, 1);
  const index = new Array<number>(shape.length).fill(0);
  let offset = 0;
  for (let flat = 0; flat < size; flat++) {
    visit(flat, offset);
    for (let d = shape.length - 1; d >= 0; d--) {
      offset += strides[d];
      if (++index[d] < shape[d]) break;
      offset -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
}
