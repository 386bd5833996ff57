import type { TensorSpec } from '../../tensor';
import type { ElementType, TensorflowGraph } from './graph';
import { doneAfter } from './update-nodes';

/** A variable, and the values to feed or fetch that read and set it. */
export interface VariableNodes {
  readonly handle: string;
  /** What it holds. */
  readonly dtype: ElementType;
  readonly read: string;
  /** What `take` is fed, of its own type. */
  readonly taken: string;
  /** Makes what is fed its value, in the same memory. */
  readonly take: string;
  /** What `copy` is fed, of its parameter's type. */
  readonly given: string;
  /** Makes a copy of what is fed its value. */
  readonly copy: string;
}

/** Appends a variable under a name of its own. @param dtype what it holds; the parameter's type unless given */
export function variableNodes(
  graph: TensorflowGraph,
  name: string,
  spec: TensorSpec,
  dtype: ElementType = spec.dtype,
): VariableNodes {
  const handle = graph.variable(name, { ...spec, dtype });
  const taken = graph.placeholder(`${name}_taken`, { ...spec, dtype });
  const given = graph.placeholder(`${name}_given`, spec);
  const copy =
    dtype === spec.dtype
      ? graph.effect('DeepCopy', [given], { T: dtype }, { result: dtype })
      : graph.cast(given, dtype);
  const set = (value: string) => doneAfter(graph, [graph.effect('AssignVariableOp', [handle, value], { dtype })]);
  const read = graph.effect('ReadVariableOp', [handle], { dtype }, { result: dtype });
  return { handle, dtype, read, taken, take: set(taken), given, copy: set(copy) };
}

/** Sets variables to zero. */
export function clearNode(
  graph: TensorflowGraph,
  variables: readonly (VariableNodes & { spec: TensorSpec })[],
): string {
  const calls = variables.map(({ handle, spec: { shape, dtype } }) => {
    const zeros = [graph.integers(shape), graph.scalar(0, dtype)];
    const value = graph.op('Fill', zeros, { T: dtype, index_type: 'int32' });
    return graph.effect('AssignVariableOp', [handle, value], { dtype });
  });
  return doneAfter(graph, calls);
}

/** Frees the memory of variables, of those that have any. */
export function dropNode(graph: TensorflowGraph, variables: readonly VariableNodes[]): string {
  const calls = variables.map(({ handle }) =>
    graph.effect('DestroyResourceOp', [handle], { ignore_lookup_error: true }),
  );
  return doneAfter(graph, calls);
}
