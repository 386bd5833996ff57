import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { orStuck, stuckCommand } from './settled';

const never = () => new Promise<never>(() => {});

it('gives what settles, and leaves no listener behind', async () => {
  const target = new EventEmitter();
  await expect(orStuck(Promise.resolve(1), () => new Error('stuck'), { target })).resolves.toBe(1);
  await expect(orStuck(Promise.reject(new Error('own')), () => new Error('stuck'), { target })).rejects.toThrow('own');
  expect(target.listenerCount('beforeExit')).toBe(0);
});

it('rejects what nothing can settle any more, the innermost wait first', async () => {
  const target = new EventEmitter();
  const inner = orStuck(never(), () => new Error('inner'), { target });
  const outer = orStuck(inner, () => new Error('outer'), { target, isOuter: true });
  target.emit('beforeExit');
  await expect(outer).rejects.toThrow('inner');
  const alone = orStuck(never(), () => stuckCommand(['--x', 'push', 'a/b']), { target, isOuter: true });
  target.emit('beforeExit');
  await expect(alone).rejects.toMatchObject({
    code: 'COMMAND_STUCK',
    message: expect.stringMatching(/^attune push: /),
  });
});
