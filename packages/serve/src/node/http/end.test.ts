import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { scriptedServices } from '../../../test/scripted-service';
import { bundledService } from '../../../test/worker-program';

const services = scriptedServices();
afterAll(services.close);

/** Asks repeatedly over kept connections until none is accepted; counts answers by status and failures by code. `onAnswer` is called with the number of answers. */
async function load(
  url: string,
  connections: number,
  onAnswer: (count: number) => void,
): Promise<{ statuses: number[]; failures: string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const [statuses, failures]: [number[], string[]] = [[], []];
  const given = { agent, method: 'POST', headers: { 'content-type': 'application/json' } };
  const ask = () =>
    new Promise<boolean>((resolve) => {
      const end = (error: NodeJS.ErrnoException) => {
        failures.push(`${error.code}`);
        resolve(error.code !== 'ECONNREFUSED');
      };
      const asked = request(new URL('/v1/models/labels/predict', url), given, async (answer) => {
        const body = JSON.parse((await answer.toArray()).join(''));
        onAnswer(statuses.push(answer.statusCode as number));
        resolve(answer.statusCode !== 200 || body.predictions.length === 1);
      });
      asked.on('error', end).end(JSON.stringify({ text: 'wait 2' }));
    });
  const one = async () => {
    while (await ask());
  };
  await Promise.all(Array.from({ length: connections }, one));
  agent.destroy();
  return { statuses, failures };
}

it('SIGTERM under load ends the service, and every request that it had taken is answered', async () => {
  const { sources, worker, directory } = services;
  const options = { port: 0, logLevel: 'silent', workers: 2 };
  const program = fileURLToPath(await bundledService(directory));
  const given = JSON.stringify({ sources, options, worker: worker.href });
  const child = spawn(process.execPath, [program, given], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { statuses } = await load(JSON.parse((await lines.next()).value), 50, (count) => {
    if (count === 300) child.kill('SIGTERM');
  });
  const counts = JSON.parse((await lines.next()).value);
  expect((await ended)[0]).toBe(0);
  expect(counts.taken).toBeGreaterThan(200);
  expect(counts.answered).toBe(counts.taken);
  expect(statuses.length).toBe(counts.taken); // and whoever asked has the answer
  expect([...new Set(statuses)].filter((status) => status !== 200 && status !== 503)).toEqual([]);
});
