import { kernelOf } from '../ops/kernels';
import type { Node, Program, ValueId } from '../program';
import { rounded, sizeOf, type TensorSpec, type TypedArray } from '../tensor';

/**
 * Removes unnecessary nodes: dead code, constants, aliases and common subexpressions.
 *
 * Each pass is exact; a folded constant is rounded as an engine would round it.
 *
 * @example
 * const program = optimize(record(fn, batch, parameters));
 */
export function optimize(program: Program): Program {
  const passes = [removeDeadCode, foldConstants, removeAliases, shareCommonSubexpressions, removeDeadCode];
  return passes.reduce((current, pass) => pass(current), program);
}

/** Removes nodes whose outputs are not read, and constants that are not used. */
export function removeDeadCode(program: Program): Program {
  const live = new Set<ValueId>(Object.values(program.outputs));
  const nodes = program.nodes.toReversed().filter((node) => {
    const needed = node.outputs.some((value) => live.has(value));
    if (needed) for (const value of Object.values(node.inputs)) live.add(value);
    return needed;
  });
  const constants = new Map([...program.constants].filter(([value]) => live.has(value)));
  return { ...program, nodes: nodes.toReversed(), constants };
}

/** Larger results are computed when the program runs: a graph should not carry megabytes of zeros. */
const largest = 4096;

/** Computes calls whose inputs are all constant with the kernel's own meaning. */
export function foldConstants(program: Program): Program {
  const constants = new Map<ValueId, TypedArray>(program.constants);
  const nodes = program.nodes.filter((node) => {
    if (!isFoldable(node, program, constants)) return true;
    evaluate(node, program, constants).forEach((data, i) => constants.set(node.outputs[i], data));
    return false;
  });
  return { ...program, nodes, constants };
}

function isFoldable(node: Node, { values }: Program, constants: ReadonlyMap<ValueId, TypedArray>): boolean {
  return (
    !kernelOf(node.kernel).host &&
    Object.values(node.inputs).every((value) => constants.has(value)) &&
    node.outputs.every((value) => sizeOf(values[value].shape) <= largest)
  );
}

function evaluate(node: Node, { values }: Program, constants: ReadonlyMap<ValueId, TypedArray>): TypedArray[] {
  const inputs = Object.fromEntries(
    Object.entries(node.inputs).map(([key, value]) => [
      key,
      { shape: values[value].shape, data: Float64Array.from(constants.get(value)!) },
    ]),
  );
  const outputs = node.outputs.map((value) => values[value]);
  return kernelOf(node.kernel)
    .evaluate(inputs, node.attributes, outputs)
    .map((data, i) => rounded(data, outputs[i].dtype));
}

const sameShape = (a: TensorSpec, b: TensorSpec) => a.shape.join() === b.shape.join();

/** Removes calls that return an input: identities, casts to the same type, products with a constant one. */
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
      return Array.isArray(node.attributes.axis) && node.attributes.axis.length === 0 ? keeps(x) : undefined;
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

/** Computes equal calls once: the same kernel on the same inputs with the same attributes. */
export function shareCommonSubexpressions(program: Program): Program {
  const seen = new Map<string, readonly number[]>();
  return rewrite(program, ({ kernel, inputs, attributes, outputs }) => {
    const key = JSON.stringify([kernel, Object.entries(inputs), attributes]);
    const earlier = seen.get(key);
    if (!earlier) seen.set(key, outputs);
    return earlier && new Map(outputs.map((value, i) => [value, earlier[i]]));
  });
}

/** Walks the nodes in order, drops those whose outputs `decide` maps to other values, and renames later uses. */
function rewrite(
  program: Program,
  decide: (node: Node, rename: (value: ValueId) => ValueId) => ReadonlyMap<ValueId, ValueId> | undefined,
): Program {
  const renamed = new Map<ValueId, ValueId>();
  const rename = (value: ValueId) => renamed.get(value) ?? value;
  const renameAll = (values: Readonly<Record<string, ValueId>>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, rename(value)]));
  const nodes: Node[] = [];
  for (const node of program.nodes) {
    const current = { ...node, inputs: renameAll(node.inputs) };
    const replacements = decide(current, rename);
    if (!replacements) nodes.push(current);
    else for (const [from, to] of replacements) renamed.set(from, rename(to));
  }
  return { ...program, nodes, outputs: renameAll(program.outputs) };
}
