import type { DType, TensorSpec, TypedArray } from './tensor';

/** Index of a value in `Program.values`. */
export type ValueId = number;

export type Attributes = Readonly<Record<string, unknown>>;

/** One kernel call, under TensorFlow.js's own name of the kernel and of its inputs. */
export interface Node {
  readonly kernel: string;
  readonly inputs: Readonly<Record<string, ValueId>>;
  readonly attributes: Attributes;
  readonly outputs: readonly ValueId[];
}

/**
 * A recorded computation: kernel calls in the order they were made, every shape known.
 *
 * It knows no target. An engine lowers it to whatever it runs; the float64 replay walks it.
 */
export interface Program {
  readonly values: readonly TensorSpec[];
  readonly inputs: Readonly<Record<string, ValueId>>;
  readonly constants: ReadonlyMap<ValueId, TypedArray>;
  readonly nodes: readonly Node[];
  readonly outputs: Readonly<Record<string, ValueId>>;
}

/** `float32[2,3]`, for messages and tests. */
export function describe({ dtype, shape }: { dtype: DType; shape: readonly number[] }): string {
  return `${dtype}[${shape}]`;
}

/** For every value the index of the last node that reads it; outputs live past the end. */
export function lastUses(program: Program): Map<ValueId, number> {
  const last = new Map<ValueId, number>();
  program.nodes.forEach((node, index) => {
    for (const value of Object.values(node.inputs)) last.set(value, index);
  });
  for (const value of Object.values(program.outputs)) last.set(value, program.nodes.length);
  return last;
}
