import type { TensorSpec } from '../../tensor';
import type { TensorflowGraph } from './graph';
import { doneAfter } from './update-nodes';

/** A variable, and the values to feed or fetch that read and set it. */
export interface VariableNodes {
  readonly handle: string;
  readonly read: string;
  /** What `take` and `copy` are fed. */
  readonly fed: string;
  /** Makes what is fed its value, in the same memory. */
  readonly take: string;
  /** Makes a copy of what is fed its value. */
  readonly copy: string;
}

/** Appends a variable under a name of its own. */
export function variableNodes(graph: TensorflowGraph, name: string, spec: TensorSpec): VariableNodes {
  const { dtype } = spec;
  const handle = graph.variable(name, spec);
  const fed = graph.placeholder(`${name}_fed`, spec);
  const set = (value: string) => doneAfter(graph, [graph.effect('AssignVariableOp', [handle, value], { dtype })]);
  return {
    handle,
    fed,
    read: graph.effect('ReadVariableOp', [handle], { dtype }, { result: dtype }),
    take: set(fed),
    copy: set(graph.effect('DeepCopy', [fed], { T: dtype }, { result: dtype })),
  };
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
