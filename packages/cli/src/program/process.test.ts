import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortOnInterrupt, Interrupted, orInterrupted } from './process';

function fakeProcess({ pid = 100 } = {}) {
  const exits: number[] = [];
  const target = Object.assign(new EventEmitter(), { pid, exit: (code: number) => exits.push(code) });
  const count = () => target.listenerCount('SIGINT') + target.listenerCount('SIGTERM');
  return { target: target as unknown as NodeJS.Process, raise: (name: string) => target.emit(name), exits, count };
}

describe('abortOnInterrupt', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('aborts on %s, and exits %i on a second one', (name, code) => {
    const { target, raise, exits } = fakeProcess();
    const signal = abortOnInterrupt(target);
    signal.hold();
    raise(name);
    expect([signal.aborted, exits]).toEqual([true, []]);
    expect(signal.reason).toBeInstanceOf(Interrupted);
    expect(signal.reason.exitCode).toBe(code);
    raise(name);
    expect(exits).toEqual([code]);
  });

  it('listens only while it is held, by however many', () => {
    const { target, count } = fakeProcess();
    const signal = abortOnInterrupt(target);
    expect(count()).toBe(0);
    const [first, second] = [signal.hold(), signal.hold()];
    expect(count()).toBe(2);
    first();
    first(); // once released, it is no other's
    expect(count()).toBe(2);
    second();
    expect(count()).toBe(0);
  });

  it('ends the first process of a container, whose default is to go on', () => {
    const { target, raise, exits } = fakeProcess({ pid: 1 });
    const signal = abortOnInterrupt(target);
    raise('SIGTERM');
    expect([signal.aborted, exits]).toEqual([false, [143]]);
    signal.hold();
    raise('SIGINT');
    expect([signal.aborted, exits]).toEqual([true, [143]]);
  });
});

describe('orInterrupted', () => {
  it('gives the result, or the reason when that is sooner', async () => {
    const controller = new AbortController();
    await expect(orInterrupted(Promise.resolve(1), controller.signal)).resolves.toBe(1);
    const never = orInterrupted(new Promise(() => {}), controller.signal);
    controller.abort(new Error('stop'));
    await expect(never).rejects.toThrow('stop');
    await expect(orInterrupted(Promise.resolve(1), controller.signal)).rejects.toThrow('stop');
  });
});
