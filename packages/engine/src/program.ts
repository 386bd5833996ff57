import { bytesOf, type DType, type TensorSpec, type TypedArray } from './tensor';

/** Index of a value in `Program.values`. */
export type ValueId = number;

/** Attributes of a kernel call. */
export type Attributes = Readonly<Record<string, unknown>>;

/** One kernel call. Kernel, inputs and attributes have TensorFlow.js's names. */
export interface Node {
  /** Name of the kernel, such as `MatMul`. */
  readonly kernel: string;
  /** The values it reads, by the kernel's own names for them. */
  readonly inputs: Readonly<Record<string, ValueId>>;
  /** Further arguments of the call, such as axes; known when it is recorded. */
  readonly attributes: Attributes;
  /** The values it computes, in the kernel's order. */
  readonly outputs: readonly ValueId[];
}

/**
 * A recorded computation: kernel calls in the order they were made, with every shape known.
 *
 * A program is independent of any target. Engines lower it; the float64 replay runs it directly.
 */
export interface Program {
  /** Shape and type of every value; a `ValueId` is an index into it. */
  readonly values: readonly TensorSpec[];
  /** The inputs of a run, by name: batch and parameters. */
  readonly inputs: Readonly<Record<string, ValueId>>;
  /** Values that are the same in every run. */
  readonly constants: ReadonlyMap<ValueId, TypedArray>;
  /** Kernel calls, each after those whose outputs it reads. */
  readonly nodes: readonly Node[];
  /** The outputs of a run, by name. */
  readonly outputs: Readonly<Record<string, ValueId>>;
}

/** `float32[2,3]`, for messages and tests. */
export function describe({ dtype, shape }: { dtype: DType; shape: readonly number[] }): string {
  return `${dtype}[${shape}]`;
}

/** The index of the last node that reads each value; for outputs the number of nodes. */
export function lastUses(program: Program): Map<ValueId, number> {
  const last = new Map<ValueId, number>();
  program.nodes.forEach((node, index) => {
    for (const value of Object.values(node.inputs)) last.set(value, index);
  });
  for (const value of Object.values(program.outputs)) last.set(value, program.nodes.length);
  return last;
}

/** Maximum number of bytes of intermediate values that are alive at once if nodes run in order: the size of a runtime's arena. */
export function peakBytes(program: Program): number {
  const last = lastUses(program);
  const dying = new Map<number, ValueId[]>();
  for (const [value, index] of last) dying.set(index, [...(dying.get(index) ?? []), value]);
  const computed = new Set<ValueId>();
  let alive = 0;
  let peak = 0;
  program.nodes.forEach((node, index) => {
    for (const value of node.outputs) {
      computed.add(value);
      alive += bytesOf(program.values[value]);
    }
    peak = Math.max(peak, alive);
    for (const value of dying.get(index) ?? []) if (computed.has(value)) alive -= bytesOf(program.values[value]);
  });
  return peak;
}

/** Precision of matrix products. */
export type Products = 'float32' | 'bfloat16';
