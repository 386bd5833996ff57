import type { OnnxGraph, Specs, TensorflowGraph } from '@attune/engine';

interface PaddedSizes {
  readonly batch: number;
  readonly sequence: number;
}

export interface PaddedOptions {
  /** Whether the model has segments and takes `token_type_ids`. */
  readonly hasTypes: boolean;
  /** Tokens of each sequence that the head reads. */
  readonly reads: 'first' | 'every';
}

const int32 = 'int32' as const;

/** Shapes of a packed batch with one sequence per row: ordinary padding. */
export function paddedBatchSpecs({ batch, sequence }: PaddedSizes, { hasTypes, reads }: PaddedOptions): Specs {
  const tokens = { shape: [batch * sequence], dtype: int32 };
  return {
    inputIds: tokens,
    ...(hasTypes && { tokenTypeIds: tokens }),
    positionIds: tokens,
    sequenceIds: { shape: [batch, sequence], dtype: int32 },
    ...(reads === 'every'
      ? { reads: tokens }
      : { reads: { shape: [batch], dtype: int32 }, readSequenceIds: { shape: [batch, 1], dtype: int32 } }),
  };
}

/**
 * Writes nodes that turn the inputs of Hugging Face's models, each int64 [batch, sequence], into such a batch.
 *
 * The mask, 1 and 0, serves as sequence ids: padding counts as a separate sequence.
 */
export function paddedBatch(
  graph: OnnxGraph,
  { batch, sequence }: PaddedSizes,
  { hasTypes, reads }: PaddedOptions,
): Readonly<Record<string, string>> {
  const int32From = (from: string) => {
    const cast = graph.temporary();
    graph.cast(from, cast, int32);
    return cast;
  };
  const flat = (input: string) => {
    const reshaped = graph.temporary();
    graph.emit('Reshape', [input, graph.int64([batch * sequence])], [reshaped]);
    return reshaped; // [batch · sequence]
  };
  const positions = graph.temporary();
  graph.emit('Expand', [rangeTo(graph, sequence, 1), graph.int64([batch, sequence])], [positions]);
  return {
    inputIds: int32From(flat('input_ids')),
    ...(hasTypes && { tokenTypeIds: int32From(flat('token_type_ids')) }),
    positionIds: int32From(flat(positions)),
    sequenceIds: int32From('attention_mask'),
    reads: int32From(rangeTo(graph, batch * sequence, reads === 'every' ? 1 : sequence)),
    ...(reads === 'first' && { readSequenceIds: int32From(firstColumn(graph, 'attention_mask')) }),
  };
}

/** First column of a matrix [rows, columns]: [rows, 1]. */
function firstColumn(graph: OnnxGraph, matrix: string): string {
  const column = graph.temporary();
  const [start, end] = [graph.int64([0]), graph.int64([1])];
  graph.emit('Slice', [matrix, start, end, end], [column]); // from 0 to 1 on axis 1
  return column;
}

/** 0, step, 2 · step, … below `end`. */
export function rangeTo(graph: OnnxGraph, end: number, step: number): string {
  const scalars = [0, end, step].map((value) => {
    const scalar = graph.temporary();
    graph.emit('Squeeze', [graph.int64([value])], [scalar]);
    return scalar;
  });
  const range = graph.temporary();
  graph.emit('Range', scalars, [range]);
  return range;
}

/** The same as `paddedBatch` in a TensorFlow graph with int32 inputs [batch, sequence]. */
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
