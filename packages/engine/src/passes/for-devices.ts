import { bitsSpec } from '../ops/dropout/device-masks';
import type { Node, Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';

/** A program as TensorFlow best runs it on a GPU: few bytes go there, and nothing that it would rather do on the processor. */
export const forGpu = (program: Program): Program => denseClasses(hashMasks(program));

/** The same program for a device: dropout's masks, made by the host, go there as bits and become numbers there. */
export function packMasks(program: Program): Program {
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (node.kernel !== 'DropoutMask') return [node];
    const bits = fresh(bitsSpec(node.attributes.shape as readonly number[]));
    const { rate, shape } = node.attributes;
    return [
      { ...node, kernel: 'DropoutBits', outputs: [bits] },
      { kernel: 'UnpackMask', inputs: { bits }, attributes: { rate, shape }, outputs: node.outputs },
    ];
  });
}

/** The same program for a device that hashes: of dropout's masks the keys of their rows go there, and the queries' spans once. */
export function hashMasks(program: Program): Program {
  /** Where spans are, by what they are found from. */
  const known = new Map<string, readonly ValueId[]>();
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (node.kernel !== 'DropoutMask') return [node];
    const { keySequenceIds, ...source } = node.inputs;
    const { rate, shape, op } = node.attributes as { rate: number; shape: readonly number[]; op: number };
    const integers = (shape: readonly number[]) => fresh({ shape, dtype: 'int32' });
    const keys = integers(shape.slice(0, -1));
    const ofKeys = { kernel: 'DropoutKeys', inputs: source, attributes: { shape, op }, outputs: [keys] };
    const hashed = { kernel: 'HashedMask', attributes: { rate, shape }, outputs: node.outputs };
    if (keySequenceIds === undefined) return [ofKeys, { ...hashed, inputs: { keys } }];
    const inputs = { sequenceIds: source.sequenceIds, keySequenceIds };
    const name = [...Object.values(inputs), ...shape].join();
    const each = [shape[0], 1, shape[2], 1];
    const spans = known.get(name) ?? [integers(each), integers(each)];
    const ofSpans = known.has(name) ? [] : [{ kernel: 'DropoutSpans', inputs, attributes: { shape }, outputs: spans }];
    known.set(name, spans);
    return [ofKeys, ...ofSpans, { ...hashed, inputs: { keys, starts: spans[0], counts: spans[1] } }];
  });
}

/** The same program, `AddToClass` through a one-hot table: for a device that adds up scattered numbers in no order, or not at all. */
export function denseClasses(program: Program): Program {
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (node.kernel !== 'AddToClass') return [node];
    const { x, classes, values: added } = node.inputs;
    const [rows, depth] = program.values[x].shape;
    const of = (columns: number) => fresh({ shape: [rows, columns], dtype: 'float32' });
    const [table, column, product] = [of(depth), of(1), of(depth)];
    const hot = { depth, onValue: 1, offValue: 0, dtype: 'float32' };
    return [
      { kernel: 'OneHot', inputs: { indices: classes }, attributes: hot, outputs: [table] },
      { kernel: 'Reshape', inputs: { x: added }, attributes: { shape: [rows, 1] }, outputs: [column] },
      { kernel: 'Multiply', inputs: { a: table, b: column }, attributes: {}, outputs: [product] },
      { kernel: 'Add', inputs: { a: x, b: product }, attributes: {}, outputs: node.outputs },
    ];
  });
}

/**
 * The same program with other nodes in place of some.
 *
 * @param replace gives what a node becomes, itself where it stays; `fresh` makes a new value
 */
export function replaceNodes(
  program: Program,
  replace: (node: Node, fresh: (spec: TensorSpec) => ValueId) => readonly Node[],
): Program {
  const values: TensorSpec[] = [...program.values];
  const nodes = program.nodes.flatMap((node) => replace(node, (spec) => values.push(spec) - 1));
  return { ...program, values, nodes };
}
