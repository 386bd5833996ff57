import type { TensorflowGraph } from '@attune/engine';
import type { PaddedOptions, PaddedSizes } from './padded-batch';

/** What `paddedBatch` writes, in a TensorFlow graph whose inputs are int32 [batch, sequence]. */
export function paddedBatchInTensorflow(
  graph: TensorflowGraph,
  { batch, sequence }: PaddedSizes,
  { hasTypes, reads }: PaddedOptions,
): Readonly<Record<string, string>> {
  const tokens = graph.integers([batch * sequence]);
  const flat = (input: string) => graph.op('Reshape', [input, tokens], { Tshape: 'int32' }); // [batch · sequence]
  const rangeTo = (end: number, step: number) => {
    const limits = [graph.integer(0), graph.integer(end), graph.integer(step)];
    return graph.op('Range', limits, { T: undefined, Tidx: 'int32' }, 'int32');
  };
  const rows = [rangeTo(sequence, 1), graph.integers([batch, sequence])];
  const firstColumn = ['attention_mask', graph.integers([0, 0]), graph.integers([batch, 1])];
  return {
    inputIds: flat('input_ids'),
    ...(hasTypes && { tokenTypeIds: flat('token_type_ids') }),
    positionIds: flat(graph.op('BroadcastTo', rows, { Tidx: 'int32' })),
    sequenceIds: 'attention_mask',
    reads: rangeTo(batch * sequence, reads === 'every' ? 1 : sequence),
    ...(reads === 'first' && { readSequenceIds: graph.op('Slice', firstColumn, { Index: 'int32' }) }), // [batch, 1]
  };
}
