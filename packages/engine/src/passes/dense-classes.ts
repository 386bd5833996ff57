import type { Node, Program, ValueId } from '../program';
import type { TensorSpec } from '../tensor';

/** The same program, `AddToClass` through a one-hot table: for a device that adds up scattered numbers in no order, or not at all. */
export function denseClasses(program: Program): Program {
  const values: TensorSpec[] = [...program.values];
  const fresh = (shape: readonly number[]): ValueId => values.push({ shape, dtype: 'float32' }) - 1;
  const nodes = program.nodes.flatMap((node): Node[] => {
    if (node.kernel !== 'AddToClass') return [node];
    const { x, classes, values: added } = node.inputs;
    const [rows, depth] = program.values[x].shape;
    const [table, column, product] = [fresh([rows, depth]), fresh([rows, 1]), fresh([rows, depth])];
    const hot = { depth, onValue: 1, offValue: 0, dtype: 'float32' };
    return [
      { kernel: 'OneHot', inputs: { indices: classes }, attributes: hot, outputs: [table] },
      { kernel: 'Reshape', inputs: { x: added }, attributes: { shape: [rows, 1] }, outputs: [column] },
      { kernel: 'Multiply', inputs: { a: table, b: column }, attributes: {}, outputs: [product] },
      { kernel: 'Add', inputs: { a: x, b: product }, attributes: {}, outputs: node.outputs },
    ];
  });
  return { ...program, values, nodes };
}
