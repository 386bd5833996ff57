import { afterAll, expect, it } from 'vitest';
import { drawing, mutatedRequest } from '../../../test/mutator';
import { rawConnection } from '../../../test/raw-client';
import { scriptedServices } from '../../../test/scripted-service';
import { serviceClient } from '../../client';
import { problemCodes } from './problems';

const count = Number(process.env.FUZZ_REQUESTS ?? 100_000);
const first = Number(process.env.FUZZ_FIRST ?? 0);
const concurrency = 64;
/** Milliseconds after which nothing more is expected of a request that is not whole. */
const patience = 300;

const services = scriptedServices();
afterAll(services.close);

/** What is wrong with the answer to some bytes, or its status. */
async function faultOf(url: string, bytes: string): Promise<{ fault?: string; status: string }> {
  const { socket, text, ended } = rawConnection(url);
  socket.write(bytes, 'latin1');
  const timer = setTimeout(() => socket.end(), patience);
  socket.on('data', () => isWhole(text()) && socket.end());
  const late = new Promise<'late'>((resolve) => setTimeout(resolve, 10_000, 'late').unref());
  const got = await Promise.race([ended, late]);
  clearTimeout(timer);
  socket.destroy();
  if (got === 'late')
    return { status: 'late', fault: `no end within 10 s after ${JSON.stringify(text().slice(0, 200))}` };
  if (got === '') return { status: 'none' };
  const answers = got.split(/(?=HTTP\/1\.1 \d{3} )/).filter((answer) => !answer.startsWith('HTTP/1.1 100'));
  const faults = answers.map((answer) => answerFault(answer));
  return { status: got.slice(9, 12), fault: faults.find((fault) => fault !== undefined) };
}

/** Whether an answer has come to its end. */
function isWhole(text: string): boolean {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0 || text.startsWith('HTTP/1.1 100')) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, end))?.[1];
  return length === undefined ? text.endsWith('\r\n0\r\n\r\n') : text.length >= end + 4 + Number(length);
}

function answerFault(answer: string): string | undefined {
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
  if (Number.isNaN(status)) return `no answer of HTTP: ${answer.slice(0, 200)}`;
  if (status < 400) return undefined;
  if (status === 500) return `answer ${status}: ${answer.slice(-300)}`;
  const end = answer.indexOf('\r\n\r\n');
  const [head, body] = [answer.slice(0, end), answer.slice(end + 4)];
  if (!/content-type: application\/problem\+json/i.test(head))
    return `${status} that is no problem: ${answer.slice(0, 400)}`;
  if (body === '') return undefined; // of HEAD
  try {
    const problem = JSON.parse(body);
    if (problem.status === status && problemCodes.includes(problem.code)) return undefined;
  } catch {}
  return `${status} with a body that is no problem: ${body.slice(0, 200)}`;
}

it(`${count} mutated requests: none is answered 500, and each refusal is a problem with a known code`, async () => {
  const { url, pool } = await services.open({ maxTexts: 4, maxCharacters: 1000, bodyLimit: 4000 });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let next = first;
  const one = async () => {
    while (next < first + count && faults.length < 20) {
      const seed = next++;
      const bytes = mutatedRequest(drawing(seed));
      const { fault, status } = await faultOf(url, bytes);
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (fault) faults.push(`${seed}: ${JSON.stringify(bytes.slice(0, 600))}\n  ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, one));
  console.log(`statuses: ${JSON.stringify(statuses)}`);
  expect(faults.join('\n')).toBe('');
  expect(statuses['200']).toBeGreaterThan(count / 10); // or it would be noise alone
  await expect.poll(() => pool.state).toMatchObject({ queued: 0, running: 0, restarts: 0 });
  expect((await serviceClient(url).predict('labels', { text: 'a' })).predictions).toHaveLength(1);
}, 1_800_000);
