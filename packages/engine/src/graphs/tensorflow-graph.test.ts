import { describe, expect, it } from 'vitest';
import { TensorflowGraph } from './tensorflow-graph';

interface Node {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
}

const nodesOf = (graph: TensorflowGraph): readonly Node[] => (graph.toMessage() as unknown as { node: Node[] }).node;
const opsOf = (graph: TensorflowGraph) => nodesOf(graph).map(({ op }) => op);

describe('TensorflowGraph', () => {
  it('makes the same call on the same values once, and one that has an effect each time', () => {
    const graph = new TensorflowGraph();
    const x = graph.placeholder('x', { shape: [2], dtype: 'float32' });
    const twice = [graph.op('Mul', [x, graph.scalar(2)]), graph.op('Mul', [x, graph.scalar(2)])];
    expect(twice[0]).toBe(twice[1]);
    expect(graph.op('Mul', [x, graph.scalar(-0)])).not.toBe(graph.op('Mul', [x, graph.scalar(0)]));
    const variable = graph.variable('v', { shape: [2], dtype: 'float32' });
    const reads = [1, 2].map(() =>
      graph.effect('ReadVariableOp', [variable], { dtype: 'float32' }, { after: [`${x}:1`] }),
    );
    expect(reads[0]).not.toBe(reads[1]);
    expect(opsOf(graph).filter((op) => op === 'Mul')).toHaveLength(3);
    expect(nodesOf(graph).at(-1)!.input).toEqual(['v', '^x']);
  });

  it('rounds the factors of a product, and nothing else, with products in bfloat16', () => {
    const graph = new TensorflowGraph('bfloat16');
    const x = graph.placeholder('x', { shape: [2, 2], dtype: 'float32' });
    const product = graph.product('MatMul', [x, graph.op('Neg', [x])], { transpose_a: false, transpose_b: true });
    expect(graph.typeOf(product)).toBe('float32');
    expect(opsOf(graph)).toEqual(['Placeholder', 'Neg', 'Cast', 'Cast', 'MatMul', 'Cast']);
    const plain = new TensorflowGraph();
    plain.product('MatMul', [plain.placeholder('x', { shape: [2, 2], dtype: 'float32' }), 'x'], {});
    expect(opsOf(plain)).toEqual(['Placeholder', 'MatMul']);
  });

  it('takes the type of a call from its first input', () => {
    const graph = new TensorflowGraph();
    const ids = graph.placeholder('ids', { shape: [3], dtype: 'int32' });
    expect(graph.typeOf(graph.op('AddV2', [ids, graph.scalar(1, 'int32')]))).toBe('int32');
    expect(graph.typeOf(graph.op('Equal', [ids, ids], {}, 'bool'))).toBe('bool');
    expect(graph.typeOf(graph.cast(ids, 'float32'))).toBe('float32');
    expect(graph.cast(ids, 'int32')).toBe(ids);
    expect(() => graph.op('Neg', ['n9'])).toThrow('no value "n9"');
  });

  it('computes a free size where it stands, and writes the others', () => {
    const graph = new TensorflowGraph();
    graph.placeholder('rows', { shape: [], dtype: 'int32' });
    graph.dynamicSize(50_021, 'rows');
    const shape = graph.integers([50_021, 4]);
    const pack = nodesOf(graph).find(({ name }) => name === shape)!;
    expect([pack.op, pack.input[0]]).toEqual(['Pack', 'rows']);
    const fixed = graph.integers([3, 4]);
    expect(nodesOf(graph).find(({ name }) => name === fixed)!.op).toBe('Const');
  });
});
