import { expect, it } from 'vitest';
import { createWorkspace } from './workspace';

const floats = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

it('lends tensors that do not overlap, of their shapes and types', () => {
  const { tensors } = createWorkspace().borrow([
    ['a', floats(3, 5)],
    ['b', { shape: [7], dtype: 'bool' }],
    ['c', { shape: [], dtype: 'int32' }],
  ] as const);
  const [a, b, c] = ['a', 'b', 'c'].map((name) => tensors.get(name as 'a')!);
  a.data.fill(1);
  b.data.fill(2);
  c.data.fill(3);
  expect([a.shape, a.dtype, Array.from(a.data)]).toEqual([[3, 5], 'float32', Array(15).fill(1)]);
  expect([b.dtype, Array.from(b.data)]).toEqual(['bool', Array(7).fill(2)]);
  expect([c.dtype, Array.from(c.data)]).toEqual(['int32', [3]]);
});

it('lends what was given back to whoever asks for no more, and never to two at once', () => {
  const workspace = createWorkspace();
  const bufferOf = (size: number) => {
    const { tensors, giveBack } = workspace.borrow([['x', floats(size)]]);
    return { buffer: tensors.get('x')!.data.buffer, giveBack };
  };
  const large = bufferOf(100);
  const meanwhile = bufferOf(50);
  expect(meanwhile.buffer).not.toBe(large.buffer);
  large.giveBack();
  meanwhile.giveBack();
  const small = bufferOf(10);
  expect(small.buffer).toBe(large.buffer);
  small.giveBack();
  const larger = bufferOf(1000);
  expect(larger.buffer).not.toBe(large.buffer);
  larger.giveBack();
  expect(bufferOf(1000).buffer).toBe(larger.buffer);
});
