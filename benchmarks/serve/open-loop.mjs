// Requests that come at a rate of their own, whether or not those before are answered: how a service is overloaded.
import { Agent, request } from 'node:http';

const tick = 10; // ms

/**
 * Sends requests evenly at a rate for some seconds, and waits for every answer.
 *
 * @param perSecond requests per second
 * @param nextBody gives the next body
 * @param most requests that are unanswered at most: those that would be more are not sent, and counted as `unsent`
 * @param signal ends it early
 * @returns `statuses` with counts, `latencies` of the answers 200 in milliseconds, and `failures` by the code of the connection's error
 */
export async function sendAtRate(seconds, { url, path, perSecond, nextBody, most = 5000, signal }) {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: most });
  const headers = { 'content-type': 'application/json' };
  const found = { sent: 0, unsent: 0, statuses: {}, failures: {}, latencies: [] };
  const count = (counts, key) => {
    counts[key] = (counts[key] ?? 0) + 1;
  };
  let open = 0;
  const send = () =>
    new Promise((resolve) => {
      const start = performance.now();
      const body = nextBody();
      const asked = request(new URL(path, url), { agent, method: 'POST', headers });
      asked.on('response', (answer) => {
        answer.resume().on('end', () => {
          count(found.statuses, answer.statusCode);
          if (answer.statusCode === 200) found.latencies.push(performance.now() - start);
          resolve();
        });
        answer.on('error', (error) => resolve(count(found.failures, error.code)));
      });
      asked.on('error', (error) => resolve(count(found.failures, error.code)));
      asked.end(body);
    });
  const running = new Set();
  const start = performance.now();
  while (performance.now() < start + 1000 * seconds && !signal?.aborted) {
    const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
    while (found.sent + found.unsent < due) {
      if (open >= most) {
        found.unsent++;
        continue;
      }
      found.sent++;
      open++;
      const own = send().finally(() => {
        open--;
        running.delete(own);
      });
      running.add(own);
    }
    await new Promise((resolve) => setTimeout(resolve, tick));
  }
  await Promise.all(running);
  agent.destroy();
  return found;
}
