import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { bundledService, scriptedWorker } from '../../../test/worker-program';
import { openProcesses, type Processes } from './supervisor';

const directory = mkdtempSync(join(tmpdir(), 'attune-processes-'));
const notes: string[] = [];
let open: Processes;

async function start(processes: number, source: string): Promise<Processes> {
  const place = join(directory, source);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'config.json'), '{}');
  const options = { port: 0, logLevel: 'silent', processes };
  const given = { sources: { labels: place }, options, worker: scriptedWorker(directory).href };
  const program = fileURLToPath(await bundledService(directory));
  const onNote = (note: string) => notes.push(note);
  return openProcesses({ processes, program, args: [JSON.stringify(given)], onNote });
}

beforeAll(async () => {
  open = await start(2, 'model');
  await vi.waitFor(() => expect(open.pids).toHaveLength(2), 20_000);
});
afterAll(async () => {
  await open?.close();
  rmSync(directory, { recursive: true });
});

/** Asks over a connection of its own, which the next process in turn gets. */
function predict(text: string): Promise<{ version: number; predictions: object[] }> {
  const given = { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } };
  return new Promise((resolve, reject) => {
    const asked = request(new URL('/v1/models/labels/predict', open.url), given, async (answer) => {
      resolve(JSON.parse((await answer.toArray()).join('')));
    });
    asked.on('error', reject).end(JSON.stringify({ text }));
  });
}
const metrics = async () => (await fetch(new URL('/metrics', open.url))).text();

it('serves from all processes, whose metrics are told together', async () => {
  const before = [...open.pids];
  // Each process takes one: a worker answers one after the other.
  const both = await Promise.all([predict('wait 300'), predict('wait 300')]);
  expect(both.map(({ predictions }) => predictions)).toMatchObject([[{ batch: 1 }], [{ batch: 1 }]]);
  expect(await metrics()).toMatch(/^attune_workers 2$/m);
  expect(await metrics()).toMatch(/http_request_duration_seconds_count\{[^}]*predict",status="200"\} 2$/m);
  expect(open.pids).toEqual(before);
});

it('replaces a process that crashes, and answers what the others have', async () => {
  const before = [...open.pids];
  // Connections go to the processes in turns, so that the first and the third are one's.
  const [first, crashed] = [predict('wait 400'), predict('crash')];
  await expect(crashed).rejects.toThrow();
  expect((await first).predictions).toMatchObject([{ length: 8 }]);
  const kept = () => open.pids.map((pid) => before.includes(pid)).sort();
  await expect.poll(kept, { timeout: 20_000 }).toEqual([false, true]);
  expect(notes.join('\n')).toMatch(/^process \d+ ended \(SIGKILL\); starting another$/m);
  expect((await Promise.all([predict('a'), predict('b')])).length).toBe(2);
});

it('opens the models of all processes again', async () => {
  open.reload();
  await expect.poll(() => notes.filter((note) => /labels: reloaded, version 1$/.test(note)).length).toBe(2);
  expect((await predict('a')).version).toBe(1);
});

it('answers what every process has before it ends', async () => {
  const answers = Array.from({ length: 8 }, () => predict('wait 50'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  await open.close();
  expect((await Promise.all(answers)).map(({ predictions }) => predictions.length)).toEqual(Array(8).fill(1));
  expect(open.pids).toEqual([]);
  await expect(fetch(new URL('/health/live', open.url))).rejects.toThrow();
});

it('fails where the first process cannot serve', async () => {
  await expect(start(2, 'broken')).rejects.toMatchObject({ code: 'SERVICE_PROCESS' });
});
