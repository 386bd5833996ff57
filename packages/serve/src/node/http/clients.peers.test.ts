import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCpuEngine } from '@attune/engine';
import { fitCausalLm, fitSequenceClassifier } from '@attune/train/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingPeers, openAiClient, peersFolder } from '../../../test/peers';
import { bundledWorker } from '../../../test/worker-program';
import { openService, type Service } from './server';

if (missingPeers) it.skip(`clients of others (needs ${missingPeers})`, () => {});
else describe('clients of others', testClients);

function testClients() {
  const directory = mkdtempSync(join(tmpdir(), 'attune-clients-'));
  const run = (name: string) => join(directory, name);
  let service: Service;
  beforeAll(async () => {
    const shared = { engine: openCpuEngine(), model: 'new', arguments: { maxSteps: 1, perDeviceTrainBatchSize: 2 } };
    const texts = ['java and sql', 'cook for a hotel', 'more java', '["a cook", {"b": 1}]'];
    const part = { texts, labels: ['it', 'food', 'it', 'food'] };
    await fitSequenceClassifier({ ...shared, data: { train: part, validation: part }, out: run('sectors') });
    await fitCausalLm({ ...shared, data: { train: texts, validation: texts }, out: run('writer') });
    const path = join(run('writer'), 'model', 'tokenizer_config.json');
    const chat = { chat_template: '{{ messages[0].content }}{% if loud %} more{% endif %}' };
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...chat }));
    const program = await bundledWorker(directory);
    service = await openService({ writer: run('writer') }, { port: 0, logLevel: 'silent', tokens: ['key'] }, program);
  });
  afterAll(async () => {
    await service?.close();
    rmSync(directory, { recursive: true });
  });

  it("npm's openai asks for models, completions, chats, streams and JSON", async () => {
    const client = openAiClient({ baseURL: `${service.url}/v1`, apiKey: 'key' });
    expect((await client.models.list()).data.map(({ id }) => id)).toEqual(['writer']);
    const messages = [{ role: 'user', content: 'java' }];
    const asked = { model: 'writer', temperature: 0, max_tokens: 6 };
    const { text, finish_reason } = (await client.completions.create({ ...asked, prompt: 'java' })).choices[0];
    expect(finish_reason).toBe('length');
    const whole = await client.chat.completions.create({ ...asked, messages });
    expect(whole.usage.completion_tokens).toBe(6);
    const stream = { stream: true, stream_options: { include_usage: true } };
    let [streamed, usage]: [string, unknown] = ['', undefined];
    for await (const chunk of await client.chat.completions.create({ ...asked, ...stream, messages })) {
      streamed += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect([streamed, usage]).toEqual([whole.choices[0].message.content, whole.usage]);
    expect(text.length).toBeGreaterThan(0);
    const loud = await client.chat.completions.create({ ...asked, messages, chat_template_kwargs: { loud: true } });
    expect(loud.usage.prompt_tokens).toBeGreaterThan(whole.usage.prompt_tokens);

    const json = async (response_format: object) => {
      const own = { ...asked, max_tokens: 200, messages, response_format };
      return JSON.parse((await client.chat.completions.create(own)).choices[0].message.content);
    };
    const item = { type: 'string', enum: ['java', 'sql'] };
    const schema = { type: 'array', items: item, minItems: 1, maxItems: 2 };
    const list = await json({ type: 'json_schema', json_schema: { name: 'skills', schema } });
    expect(['java', 'sql']).toEqual(expect.arrayContaining(list));
    expect(list.length).toBeGreaterThan(0);
    const object = { ...asked, messages, response_format: { type: 'json_object' } };
    expect((await client.chat.completions.create(object)).choices[0].message.content).toMatch(/^\s*\{/);
  });

  it("npm's openai throws its own errors for refusals", async () => {
    const client = openAiClient({ baseURL: `${service.url}/v1`, apiKey: 'key', maxRetries: 0 });
    await expect(client.completions.create({ model: 'none', prompt: 'a' })).rejects.toMatchObject({
      status: 404,
      code: 'model_unknown',
    });
    await expect(
      client.chat.completions.create({
        ...{ model: 'writer', messages: [{ role: 'user', content: 'a' }] },
        response_format: { type: 'json_schema', json_schema: { name: 'a', schema: { type: 'texts' } } },
      }),
    ).rejects.toMatchObject({ status: 422, code: 'input_invalid' });
    const stranger = openAiClient({ baseURL: `${service.url}/v1`, apiKey: 'other', maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toMatchObject({ status: 401, code: 'not_authorized' });
  });

  it('an express app answers, refuses, forgets who leaves, and ends', async () => {
    const program = join(peersFolder, `example-${process.pid}.js`); // where it finds express
    copyFileSync(fileURLToPath(new URL('../../../../../examples/serve/express.js', import.meta.url)), program);
    const app = spawn(process.execPath, [program, run('sectors'), '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => app.once('exit', resolve));
    try {
      const url = await new Promise<string>((resolve, reject) => {
        app.stdout.once('data', (line) => resolve(String(line).trim()));
        app.once('exit', (code) => reject(new Error(`the example ended with ${code}`)));
      });
      const ask = (body: object) =>
        fetch(`${url}/label`, {
          ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
        });
      expect(await (await ask({ text: 'java' })).json()).toEqual({
        label: expect.stringMatching(/^(it|food)$/),
        score: expect.any(Number),
      });
      expect((await ask({})).status).toBe(400);
      // Long texts come faster than they are read: more than waits is refused, and who leaves takes nothing with them.
      const long = (i: number) => ({ text: `java ${i} `.repeat(6000) });
      const flood = Array.from({ length: 300 }, async (_, i) => (await ask(long(i))).status);
      expect(new Set(await Promise.all(flood))).toEqual(new Set([200, 429]));
      const leave = (i: number) =>
        new Promise<void>((resolve) => {
          const asked = request(`${url}/label`, { method: 'POST', headers: { 'content-type': 'application/json' } });
          asked.on('error', () => {}); // an answer that came first, or the refusal of a text that was not read
          asked.on('close', resolve);
          asked.end(JSON.stringify(long(i)), () => setTimeout(() => asked.destroy(), i));
        });
      await Promise.all(Array.from({ length: 100 }, (_, i) => leave(i))); // within 100 ms of being sent
      expect((await ask({ text: 'sql' })).status).toBe(200);
      const last = ask({ text: 'cook' });
      await new Promise((resolve) => setTimeout(resolve, 20));
      app.kill('SIGTERM');
      expect((await last).status).toBe(200);
      expect(await ended).toBe(0);
    } finally {
      app.kill('SIGKILL');
      rmSync(program);
    }
  });
}
