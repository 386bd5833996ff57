// Both ends of a long-lived process that takes a line of JSON and answers with one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { root } from '../../scripts/install.mjs';

/**
 * Starts a worker and waits for its first answer, `ready`.
 *
 * What it writes to standard error is shown only where it fails.
 */
export async function openWorker(command, args) {
  const env = { ...process.env, HF_HUB_OFFLINE: '1', PYTHONDONTWRITEBYTECODE: '1' };
  const child = spawn(command, args, { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  closed.catch(() => {}); // it also shows as an end of the answers
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  child.stdin.on('error', () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (!done) return JSON.parse(value);
    const [code, signal] = await closed;
    throw new Error(`${[command, ...args].join(' ')} ended with ${code ?? signal} and no answer\n${said}`);
  };
  return {
    ready: await answer(),
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return answer();
    },
    async close() {
      child.stdin.end();
      await closed;
    },
  };
}

/** A worker's own end: says that it is ready, then answers each line; peak resident `memory` in bytes goes with every answer. */
export async function serveLines(ready, answer) {
  const say = (value) => process.stdout.write(`${JSON.stringify({ ...value, memory: peakMemory() })}\n`);
  say(ready);
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line)));
}

const peakMemory = () => process.resourceUsage().maxRSS * 1024;
