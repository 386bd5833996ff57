import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { abortOnInterrupt, Interrupted, orInterrupted } from './process';

function fakeProcess() {
  const exits: number[] = [];
  const target = Object.assign(new EventEmitter(), { exit: (code: number) => exits.push(code) });
  return { target: target as unknown as NodeJS.Process, raise: (name: string) => target.emit(name), exits };
}

describe('abortOnInterrupt', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('aborts on %s, and exits %i on a second one', (name, code) => {
    const { target, raise, exits } = fakeProcess();
    const signal = abortOnInterrupt(target);
    raise(name);
    expect([signal.aborted, exits]).toEqual([true, []]);
    expect(signal.reason).toBeInstanceOf(Interrupted);
    expect(signal.reason.exitCode).toBe(code);
    raise(name);
    expect(exits).toEqual([code]);
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
