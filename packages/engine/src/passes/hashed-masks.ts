import type { Node, Program, ValueId } from '../program';
import type { DType, TensorSpec } from '../tensor';

/** The same program for a device that hashes: of dropout's masks the keys of their rows go there, and the queries' spans once. */
export function hashMasks(program: Program): Program {
  const values: TensorSpec[] = [...program.values];
  const fresh = (shape: readonly number[], dtype: DType = 'int32'): ValueId => values.push({ shape, dtype }) - 1;
  const known = new Map<string, Node>();
  /** The node that finds a mask's spans, and whether it is a new one. */
  const spansFor = ({ inputs: { sequenceIds, keySequenceIds }, attributes }: Node) => {
    const shape = attributes.shape as readonly number[];
    const key = [sequenceIds, keySequenceIds, ...shape].join();
    const earlier = known.get(key);
    const each = [shape[0], 1, shape[2], 1];
    const outputs = earlier?.outputs ?? [fresh(each), fresh(each)];
    const node = { kernel: 'DropoutSpans', inputs: { sequenceIds, keySequenceIds }, attributes: { shape }, outputs };
    known.set(key, node);
    return { starts: outputs[0], counts: outputs[1], made: earlier ? [] : [node] };
  };
  const nodes = program.nodes.flatMap((node): Node[] => {
    if (node.kernel !== 'DropoutMask') return [node];
    const { keySequenceIds, ...source } = node.inputs;
    const { rate, shape, op } = node.attributes as { rate: number; shape: readonly number[]; op: number };
    const keys = fresh(shape.slice(0, -1));
    const { made, ...spans } = keySequenceIds === undefined ? { made: [] } : spansFor(node);
    return [
      { kernel: 'DropoutKeys', inputs: source, attributes: { shape, op }, outputs: [keys] },
      ...made,
      { kernel: 'HashedMask', inputs: { keys, ...spans }, attributes: { rate, shape }, outputs: node.outputs },
    ];
  });
  return { ...program, values, nodes };
}
