// The servers, each a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/install.mjs';
import { openWorker } from '../common/worker.mjs';

const program = join(root, 'packages', 'cli', 'dist', 'bin.js');

/**
 * Starts `attune serve` with a model on a port that is free.
 *
 * @param flags further flags of the command
 * @returns its url, its process id, and `close()`, which tells it to end and gives its exit code
 */
export async function startAttune(model, flags = []) {
  const args = [program, 'serve', model, '--port', '0', '--log-level', 'silent', ...flags];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  process.once('exit', () => child.kill('SIGKILL')); // where the benchmark fails
  const closed = once(child, 'close');
  closed.catch(() => {});
  let said = '';
  for await (const line of createInterface({ input: child.stderr })) {
    said += `${line}\n`;
    const url = / serving .* at (http:\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stderr.resume();
    const close = async (signal = 'SIGTERM') => {
      child.kill(signal);
      return (await closed)[0];
    };
    return { url, pid: child.pid, close };
  }
  throw new Error(`attune serve ended with ${(await closed)[0]}\n${said}`);
}

/** A side of the comparison: where it is asked, what a body is, and what an answer says. */
export async function startService(model, { threads, precision }) {
  const { url, pid, close } = await startAttune(model, ['--threads', threads, '--precision', precision].map(String));
  const ask = { url, path: '/v1/models/minilm/predict', predictionOf: ({ predictions }) => predictions[0] };
  return { ...ask, pid, close };
}

/** FastAPI on uvicorn; see fastapi_server.py. */
export async function startFastApi(python, model, { directory, ...settings }) {
  const plan = join(directory, `fastapi-${settings.batching}.json`);
  await writeFile(plan, JSON.stringify({ ...settings, model }));
  const script = fileURLToPath(new URL('fastapi_server.py', import.meta.url));
  const { ready, close } = await openWorker(python, [script, plan]);
  const url = `http://127.0.0.1:${ready.port}`;
  return { url, path: '/predict', predictionOf: (answer) => answer, close, versions: ready.versions };
}

/** What a side says of a text. */
export async function ask({ url, path, predictionOf }, text) {
  const body = JSON.stringify({ text });
  const answer = await fetch(new URL(path, url), {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
  });
  return predictionOf(await answer.json());
}

/** The 99th percentile of the event loop's delay since the last call, in milliseconds. */
export async function loopDelay({ url }) {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return 1000 * Number(/^nodejs_eventloop_lag_p99_seconds (\S+)/m.exec(text)?.[1]);
}
