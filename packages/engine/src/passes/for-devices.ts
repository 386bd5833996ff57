// Passes for a device with separate memory: the same values, with less data to transfer.

import { isCallOf } from '../kernel/kernel';
import { bitsSpec } from '../ops/dropout/device-masks';
import { dropoutMask } from '../ops/dropout/dropout';
import type { Node, Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';

/** The program for TensorFlow on a GPU: transfers few bytes, and has no operation that TensorFlow would run on the processor. */
export const forGpu = (program: Program): Program => denseClasses(hashMasks(program));

/** Sends dropout's masks to the device as bits, which become numbers there. */
export function packMasks(program: Program): Program {
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (!isCallOf(dropoutMask, node)) return [node];
    const { rate, shape } = node.attributes;
    const bits = fresh(bitsSpec(shape));
    return [
      { ...node, kernel: 'DropoutBits', outputs: [bits] },
      { kernel: 'UnpackMask', inputs: { bits }, attributes: { rate, shape }, outputs: node.outputs },
    ];
  });
}

/** Has the device hash dropout's masks: the keys of their rows go there, and once the spans of the queries. */
export function hashMasks(program: Program): Program {
  /** Values of the spans, by the inputs and shape that they follow from. */
  const known = new Map<string, readonly ValueId[]>();
  return replaceNodes(program, (node, fresh): readonly Node[] => {
    if (!isCallOf(dropoutMask, node)) return [node];
    const { keySequenceIds, ...source } = node.inputs;
    const { rate, shape, op } = node.attributes;
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

/** Writes `AddToClass` with a one-hot table, for a device that adds scattered numbers in no fixed order, or not at all. */
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
 * Replaces nodes of a program.
 *
 * @param replace returns the nodes in place of a node, or the node itself; `fresh` makes a new value
 */
function replaceNodes(
  program: Program,
  replace: (node: Node, fresh: (spec: TensorSpec) => ValueId) => readonly Node[],
): Program {
  const values: TensorSpec[] = [...program.values];
  const nodes = program.nodes.flatMap((node) => replace(node, (spec) => values.push(spec) - 1));
  return { ...program, values, nodes };
}
