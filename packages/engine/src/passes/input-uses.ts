import type { Program, ValueId } from '../program';

/**
 * Inputs that a program reads only row by row, at indices that are inputs too, such as an embedding's table. The gradient of
 * such a table is zero in all other rows, whatever the program computes.
 *
 * @returns the names of the index inputs, by the name of the table
 */
export function gatheredRows({ inputs, nodes, outputs }: Program): ReadonlyMap<string, readonly string[]> {
  const nameOf = new Map(Object.entries(inputs).map(([name, value]) => [value, name]));
  const indices = new Map<string, Set<string>>();
  const otherwise = new Set<ValueId>(Object.values(outputs));
  for (const { kernel, inputs: read, attributes } of nodes)
    for (const [key, value] of Object.entries(read)) {
      const [table, index] = [nameOf.get(value), nameOf.get(read.indices)];
      if (table === undefined) continue;
      if (kernel === 'GatherV2' && key === 'x' && attributes.axis === 0 && index !== undefined)
        indices.set(table, (indices.get(table) ?? new Set()).add(index));
      else otherwise.add(value);
    }
  const isSparse = ([table]: readonly [string, unknown]) => !otherwise.has(inputs[table]);
  return new Map([...indices].filter(isSparse).map(([table, names]) => [table, [...names]]));
}

/** Inputs of kernels that are factors of a matrix product in every lowering. */
const factors: Readonly<Record<string, readonly string[]>> = { BatchMatMul: ['a', 'b'], Linear: ['x', 'weight'] };

/** Whether a program reads an input as a factor of matrix products and in no other way. */
export function isFactor({ inputs, nodes, outputs }: Program, name: string): boolean {
  const value = inputs[name];
  const readings = nodes.flatMap(({ kernel, inputs }) =>
    Object.keys(inputs).flatMap((key) => (inputs[key] === value ? [factors[kernel]?.includes(key) ?? false] : [])),
  );
  return readings.length > 0 && readings.every(Boolean) && !Object.values(outputs).includes(value);
}
