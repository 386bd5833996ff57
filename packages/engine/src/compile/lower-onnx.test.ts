import { expect, it } from 'vitest';
import type { Node } from '../program';
import { orderOutputs } from './lower-onnx';

const node = (kernel: string, inputs: readonly number[], output: number): Node => ({
  kernel,
  inputs: Object.fromEntries(inputs.map((value, i) => [i, value])),
  attributes: {},
  outputs: [output],
});

it('moves the nodes that no other reads to the end, the last of them first, and leaves the others as they are', () => {
  const nodes = [
    node('forward', [0], 1),
    node('loss', [1], 2),
    node('back 2', [1], 3),
    node('gradient 2', [3, 0], 4),
    node('back 1', [3], 5),
    node('gradient 1', [5, 0], 6),
  ];
  const names = orderOutputs(nodes).map(({ kernel }) => kernel);
  expect(names).toEqual(['forward', 'back 2', 'back 1', 'gradient 1', 'gradient 2', 'loss']);
});
