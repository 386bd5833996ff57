import type { Node, Program } from '../program';
import { replaceNodes } from './replace-nodes';

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
