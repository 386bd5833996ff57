import type { Program } from '../program';

/** Inputs of kernels that are factors of a matrix product, to all lowerings. */
const factors: Readonly<Record<string, readonly string[]>> = { BatchMatMul: ['a', 'b'], Linear: ['x', 'weight'] };

/** Whether a program reads an input as a factor of matrix products, and not otherwise. */
export function isFactor({ inputs, nodes, outputs }: Program, name: string): boolean {
  const value = inputs[name];
  const readings = nodes.flatMap(({ kernel, inputs }) =>
    Object.keys(inputs).flatMap((key) => (inputs[key] === value ? [factors[kernel]?.includes(key) ?? false] : [])),
  );
  return readings.length > 0 && readings.every(Boolean) && !Object.values(outputs).includes(value);
}
