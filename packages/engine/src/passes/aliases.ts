import type { Node, Program, ValueId } from '../program';
import type { TensorSpec, TypedArray } from '../tensor';
import { rewrite } from './rewrite';

const sameShape = (a: TensorSpec, b: TensorSpec) => a.shape.join() === b.shape.join();

/** Removes calls that give back what they got: identities, casts to the same type, products with a constant one. */
export function removeAliases(program: Program): Program {
  return rewrite(program, (node) => {
    const alias = aliasOf(node, program);
    return alias === undefined ? undefined : new Map([[node.outputs[0], alias]]);
  });
}

function aliasOf(node: Node, { values, constants }: Program): ValueId | undefined {
  const [out] = node.outputs;
  const { x, a, b } = node.inputs;
  const is = (value: ValueId, number: number) => isFilledWith(constants.get(value), number);
  const keeps = (value: ValueId) =>
    values[value].dtype === values[out].dtype && sameShape(values[value], values[out]) ? value : undefined;
  switch (node.kernel) {
    case 'Identity':
      return x;
    case 'Cast':
    case 'Reshape':
    case 'Tile':
      return keeps(x);
    case 'Sum':
      return (node.attributes.axis as number[] | undefined)?.length === 0 ? keeps(x) : undefined;
    case 'Multiply':
      return is(a, 1) ? keeps(b) : is(b, 1) ? keeps(a) : undefined;
    case 'RealDiv':
    case 'Pow':
      return is(b, 1) ? keeps(a) : undefined;
    case 'Add':
      return is(a, 0) ? keeps(b) : is(b, 0) ? keeps(a) : undefined;
    case 'Sub':
      return is(b, 0) ? keeps(a) : undefined;
    default:
      return undefined;
  }
}

function isFilledWith(constant: TypedArray | undefined, number: number): boolean {
  return constant?.every((value) => value === number) ?? false;
}
