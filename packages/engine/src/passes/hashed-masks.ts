import type { Node, Program, ValueId } from '../program';
import { replaceNodes } from './replace-nodes';

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
