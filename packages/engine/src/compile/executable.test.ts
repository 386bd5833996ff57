import { expect, it } from 'vitest';
import { type Executable, ExecutableCache } from './executable';

function fake(bytes: number, log: string[], name: string): () => Promise<Executable> {
  return async () => {
    log.push(`make ${name}`);
    return { bytes, outputs: {}, run: async () => {}, release: async () => void log.push(`release ${name}`) };
  };
}

it('keeps what is used and lets the least recently used go', async () => {
  const log: string[] = [];
  const cache = new ExecutableCache({ programs: 2, bytes: 1000 });
  for (const name of ['a', 'b', 'a', 'c', 'b']) await cache.get(name, fake(1, log, name));
  expect(log).toEqual(['make a', 'make b', 'make c', 'release b', 'make b', 'release a']);
});

it('is bounded in bytes, but keeps the newest even alone over the limit', async () => {
  const log: string[] = [];
  const cache = new ExecutableCache({ programs: 10, bytes: 100 });
  await cache.get('a', fake(60, log, 'a'));
  await cache.get('b', fake(60, log, 'b'));
  await cache.get('huge', fake(500, log, 'huge'));
  expect(log).toEqual(['make a', 'make b', 'release a', 'make huge', 'release b']);
  expect(cache.size).toBe(1);
});

it('has programs share memory once there is no room for one of them, and then keeps them all', async () => {
  const log: string[] = [];
  const cache = new ExecutableCache({ programs: 10, bytes: 100 });
  const made = (name: string, peak: number) => async (room: number) => {
    const sharesMemory = peak > room;
    return { ...(await fake(sharesMemory ? 1 : peak, log, `${name} in ${room}`)()), sharesMemory };
  };
  const order: [string, number][] = [
    ['a', 150],
    ['b', 60],
    ['a', 150],
    ['c', 40],
    ['b', 60],
    ['a', 150],
  ];
  for (const [name, peak] of order) await cache.get(name, made(name, peak));
  // The first one may have all; b finds no room, so that a lets go of its memory and comes again without.
  expect(log).toEqual(['make a in Infinity', 'make b in -50', 'release a in Infinity', 'make a in 0', 'make c in 0']);
  expect(cache.size).toBe(3);
});

it('forgets what could not be made', async () => {
  const cache = new ExecutableCache({ programs: 2, bytes: 100 });
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const log: string[] = [];
  await cache.get('a', fake(1, log, 'a'));
  expect(log).toEqual(['make a']);
});

it('releases everything when cleared', async () => {
  const log: string[] = [];
  const cache = new ExecutableCache({ programs: 2, bytes: 100 });
  await cache.get('a', fake(1, log, 'a'));
  await cache.clear();
  expect(log).toEqual(['make a', 'release a']);
});
