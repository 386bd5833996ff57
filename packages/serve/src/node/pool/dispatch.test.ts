import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, expectTypeOf, it } from 'vitest';
import { scriptedWorker } from '../../../test/worker-program';
import type { LabelPrediction, ServedPrediction } from '../http/predictions';
import type { PoolOptions, PredictorPool } from './options';
import { openPredictorPool } from './pool';

const directory = mkdtempSync(join(tmpdir(), 'attune-pool-'));
const program = scriptedWorker(directory);
const pools: PredictorPool[] = [];
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  rmSync(directory, { recursive: true });
});

/** A directory of a model, as far as the pool looks at it itself. */
function model(name: string, bytes = 8): string {
  const place = join(directory, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'config.json'), '{}');
  writeFileSync(join(place, 'model.safetensors'), Buffer.alloc(bytes));
  return place;
}

async function open(options: PoolOptions = {}, sources: Parameters<typeof openPredictorPool>[0] = model('one')) {
  const pool = await openPredictorPool(sources, options, program);
  pools.push(pool);
  return pool;
}

interface Scripted {
  readonly length: number;
  readonly batch: number;
  readonly key: string;
}

it('answers in order, and makes one batch of what came while it computed', async () => {
  const pool = await open({ maxBatchMs: 10_000 });
  const first = pool.predict<Scripted>(['wait 60']);
  const others = ['a', 'bb', 'ccc'].map((text) => pool.predict<Scripted>([text, text]));
  expect((await first)[0].batch).toBe(1);
  const answers = await Promise.all(others);
  expect(answers.map((own) => own.map(({ length }) => length))).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(answers.flat().map(({ batch }) => batch)).toEqual([6, 6, 6, 6, 6, 6]);
  expect(await pool.predict([])).toEqual([]);
});

it('keeps batches within their tokens', async () => {
  const pool = await open({ maxBatchTokens: 6 });
  const first = pool.predict(['wait 40']);
  const rest = await pool.predict<Scripted>(['a', 'b', 'c', 'd']); // three tokens each, about
  await first;
  expect(rest.map(({ batch }) => batch)).toEqual([2, 2, 2, 2]);
});

it('fails the call alone whose text cannot be labeled', async () => {
  const pool = await open();
  const first = pool.predict(['wait 40']);
  const [bad, good] = [pool.predict(['a', 'throw']), pool.predict<Scripted>(['bb'])];
  await expect(bad).rejects.toThrow('thrown by a text');
  expect((await good)[0].length).toBe(2);
  await first;
});

it('replaces a worker that ends, and tries once more what it had', async () => {
  const notes: string[] = [];
  const pool = await open({ onNote: (note) => notes.push(note) });
  const marker = join(directory, 'died');
  expect((await pool.predict<Scripted>([`die once ${marker}`]))[0].length).toBe(9 + marker.length);
  await expect(pool.predict(['die'])).rejects.toMatchObject({ code: 'POOL_WORKER' });
  expect((await pool.predict<Scripted>(['ok']))[0].length).toBe(2);
  expect(pool.state).toMatchObject({ queued: 0, running: 0, workers: 1, restarts: 3 });
  expect(notes[0]).toMatch(/^a worker ended \(it ended with exit code 3\); starting another$/);
});

it('refuses more than the queue holds, and takes more once there is room', async () => {
  const pool = await open({ maxQueue: 2 });
  const first = pool.predict(['wait 60']);
  const waiting = pool.predict(['a', 'b']);
  await expect(pool.predict(['c'])).rejects.toMatchObject({ code: 'POOL_FULL' });
  await Promise.all([first, waiting]);
  expect(await pool.predict(['c'])).toHaveLength(1);
});

it('refuses inputs that are none before they wait, and more than the queue ever holds', async () => {
  const pool = await open({ maxQueue: 2 });
  for (const inputs of [[undefined], 'a', [{ title: 5 }], ['a', 'b', 'c']])
    await expect(pool.predict(inputs as string[])).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(/^predict: inputs/),
    });
  expect(() => pool.write(undefined as unknown as string)).toThrow(/^write: prompt expected/);
  expect(pool.state).toMatchObject({ queued: 0, running: 0 });
  expect(await pool.predict(['a', 'b'])).toHaveLength(2);
});

it('types a prediction per input, whose properties can be read whatever the model', async () => {
  const pool = await open();
  const texts: string[] = ['a'];
  const [{ label, score }] = await pool.predict(['a']);
  expectTypeOf(label).toEqualTypeOf<string | undefined>();
  expectTypeOf(score).toEqualTypeOf<number | undefined>();
  expectTypeOf(await pool.predict(texts)).toEqualTypeOf<ServedPrediction[]>();
  expectTypeOf(await pool.predict<LabelPrediction>(texts)).toEqualTypeOf<LabelPrediction[]>();
  const [one] = await pool.predict(texts);
  if (one.entities !== undefined) expectTypeOf(one.entities[0].start).toEqualTypeOf<number>();
  if (one.top !== undefined) expectTypeOf(one.top[0].label).toEqualTypeOf<string>();
  expect(one).toMatchObject({ length: 1 });
});

it('refuses a call that would wait longer than it may, by the speed of those before', async () => {
  const pool = await open({ maxWaitMs: 1000, maxBatchTokens: 4 }); // one text each, about
  await pool.predict(['wait 600']);
  const first = pool.predict(['wait 600']);
  const waiting = [pool.predict(['wait 600']), pool.predict(['wait 600'])]; // 1,200 ms, about
  await expect(pool.predict(['a'])).rejects.toMatchObject({
    code: 'POOL_FULL',
    message: expect.stringMatching(/^predict: expected a wait of at most 1000 ms, got \d+ ms of queued work/),
  });
  await Promise.all([first, ...waiting]);
  expect(await pool.predict(['a'])).toHaveLength(1);
  const writing = await open({ maxWaitMs: 50 });
  await (async () => {
    for await (const _ of writing.write('a b c d e f g h i j k l m n o p')); // 80 ms, about
  })();
  const texts = [writing.write('a b'), writing.write('a b')].map((text) => text.next());
  expect(() => writing.write('a')).toThrow(/^write: expected a wait of at most 50 ms/);
  await Promise.all(texts);
});

it('refuses a call that has waited twice as long as it may, and goes on with the next', async () => {
  const pool = await open({ maxWaitMs: 300 });
  const first = pool.predict(['wait 1000']); // nothing was measured before
  const late = [pool.predict(['a']), pool.predict(['b', 'c'])];
  await new Promise((resolve) => setTimeout(resolve, 900));
  const next = pool.predict(['dd']);
  for (const call of late)
    await expect(call).rejects.toMatchObject({
      code: 'POOL_FULL',
      message: expect.stringMatching(/got none within \d+ ms/),
    });
  expect((await next)[0]).toMatchObject({ length: 2 });
  expect(await first).toHaveLength(1);
  expect(pool.state).toMatchObject({ queued: 0, running: 0 });
});

it('forgets an aborted call that waits, and lets the others through', async () => {
  const pool = await open();
  const first = pool.predict(['wait 60']);
  const controller = new AbortController();
  const aborted = pool.predict(['wait 10000'], { signal: controller.signal });
  const other = pool.predict<Scripted>(['bb']);
  controller.abort();
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  expect(pool.state.queued).toBe(1);
  await first;
  expect((await other)[0].length).toBe(2);
  await expect(pool.predict(['a'], { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: 'AbortError' });
});

it('keeps predictions for inputs that come again, of the version at hand', async () => {
  const pool = await open({ cacheSize: 10 });
  const [first] = await pool.predict<Scripted>(['same']);
  const [again] = await pool.predict<Scripted>(['same']);
  expect(again).toBe(first);
  const name = pool.models[0].name;
  await pool.reload(name);
  const [renewed] = await pool.predict<Scripted>(['same']);
  expect([first.key, renewed.key]).toEqual([`${name}@0`, `${name}@1`]);
});

it('opens a model again, or leaves the old one where the new cannot be opened', async () => {
  const pool = await open({ workers: 2 }, { a: model('a'), b: { source: model('b') } });
  expect((await pool.reload('a', model('a2'))).source).toBe(join(directory, 'a2'));
  await expect(pool.reload('b', model('broken'))).rejects.toThrow('cannot be opened');
  const keys = async (name: string) => (await pool.predict<Scripted>(['x'], { model: name }))[0].key;
  expect([await keys('a'), await keys('b')]).toEqual(['a@1', 'b@0']);
  await expect(pool.predict(['x'])).rejects.toMatchObject({
    code: 'POOL_MODEL',
    message: expect.stringMatching(/expected a, b/),
  });
  await expect(pool.predict(['x'], { model: 'c' })).rejects.toMatchObject({ code: 'POOL_MODEL' });
});

it('writes piece by piece, stops where the reader does, and one text at a time', async () => {
  const pool = await open();
  const text = async (prompt: string, options = {}) => {
    const pieces: string[] = [];
    const writing = pool.write(prompt, options);
    for (;;) {
      const { done, value } = await writing.next();
      if (done) return { pieces, ...value };
      pieces.push(value);
    }
  };
  const [a, b] = await Promise.all([text('one two three'), text('four five')]);
  expect([a.text, b.text]).toEqual(['one two three ', 'four five ']);
  expect(a.pieces.join('')).toBe(a.text);
  expect(a.promptTokens).toBe(3);
  for await (const _ of pool.write('a b c d e f g h')) break;
  const controller = new AbortController();
  const aborted = text('a b c d e f g h i j k l', { signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
  expect((await text('last')).text).toBe('last ');
  await expect(text('a die')).rejects.toMatchObject({ code: 'POOL_WORKER' });
});

it('refuses models that do not fit, one that cannot be opened, and options that cannot be', async () => {
  await expect(open({ workers: 2, memory: 100 }, model('large', 60))).rejects.toMatchObject({ code: 'POOL_MEMORY' });
  await expect(open({ workers: 2, processes: 2, memory: 200 }, model('large', 60))).rejects.toThrow(
    'in each of 2 workers of 2 processes',
  );
  await expect(open({}, model('also-broken'))).rejects.toThrow('cannot be opened');
  await expect(open({ workers: 0 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(open({}, {})).rejects.toThrow('expected a model');
});

it('ends calls that have begun before it closes, and refuses those after', async () => {
  const pool = await open();
  const calls = [pool.predict(['wait 40']), pool.predict<Scripted>(['bb'])];
  await pool.close();
  expect(await Promise.all(calls)).toHaveLength(2);
  await expect(pool.predict(['a'])).rejects.toMatchObject({ code: 'POOL_CLOSED' });
  const slow = await open({ closeMs: 50 });
  const [late, waiting] = [slow.predict(['wait 300']), slow.predict(['a'])].map((call) => call.catch((error) => error));
  await slow.close();
  expect(await waiting).toMatchObject({ code: 'POOL_CLOSED' });
  await late;
});
