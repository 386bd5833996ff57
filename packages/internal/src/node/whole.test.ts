import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { whole } from './whole';

function fakeProcess() {
  const killed: unknown[] = [];
  const kill = (pid: number, signal: string) => killed.push([pid, signal]);
  return { target: Object.assign(new EventEmitter(), { pid: 100, kill }), killed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('whole', () => {
  it('has a signal wait for the end of the work, also of work that fails', async () => {
    for (const fails of [false, true]) {
      const { target, killed } = fakeProcess();
      const work = whole(async () => {
        target.emit('SIGTERM');
        await turn();
        if (fails) throw new Error('no');
        return [...killed];
      }, target);
      if (fails) await expect(work).rejects.toThrow('no');
      else expect(await work).toEqual([]);
      expect([killed, target.listenerCount('SIGTERM')]).toEqual([[[100, 'SIGTERM']], 0]);
    }
  });

  it('ends at a second one, where the work does not', async () => {
    const { target, killed } = fakeProcess();
    void whole(() => new Promise(() => {}), target);
    target.emit('SIGINT');
    expect(killed).toEqual([]);
    target.emit('SIGINT');
    expect([killed, target.listenerCount('SIGINT')]).toEqual([[[100, 'SIGINT']], 0]);
  });

  it('leaves signals to the program where that listens for them', async () => {
    const { target, killed } = fakeProcess();
    let heard = 0;
    target.on('SIGINT', () => heard++);
    await whole(async () => void target.emit('SIGINT'), target);
    expect([heard, killed, target.listenerCount('SIGINT')]).toEqual([1, [], 1]);
  });
});
