import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCpuEngine } from '@attune/engine';
import {
  fitCausalLm,
  fitSequenceClassifier,
  fitTokenClassifier,
  loadGenerator,
  loadPredictor,
  loadTagger,
} from '@attune/train/node';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundledWorker } from '../../../test/worker-program';
import type { PredictorPool, WriteOptions, WrittenText } from './options';
import { openPredictorPool } from './pool';

const directory = mkdtempSync(join(tmpdir(), 'attune-pool-'));
const run = (name: string) => join(directory, name);
let pool: PredictorPool;

beforeAll(async () => {
  const shared = { engine: openCpuEngine(), model: 'new', arguments: { maxSteps: 1, perDeviceTrainBatchSize: 2 } };
  const texts = ['java and sql', 'cook for a hotel', 'more java', 'a cook'];
  const labels = ['it', 'food', 'it', 'food'];
  const part = { texts, labels };
  await fitSequenceClassifier({
    ...{ ...shared, data: { train: part, validation: part }, out: run('sectors') },
    provenance: { text: '{title}: {text}', clean: ['html', 'whitespace'] }, // as `attune train` records them
  });
  const tagged = [{ words: ['java', 'and', 'sql'], tags: ['B-SKILL', 'O', 'B-SKILL'] }];
  await fitTokenClassifier({ ...shared, data: { train: tagged, validation: tagged }, out: run('skills') });
  await fitCausalLm({
    ...{ ...shared, data: { train: texts, validation: texts }, out: run('writer') },
    provenance: { promptTemplate: '{title}\\njava:', completion: '{skills}', chatTemplate: 'brief' },
  });
  addChatTemplates(join(run('writer'), 'model', 'tokenizer_config.json'));
  const sources = { sectors: run('sectors'), skills: run('skills'), writer: run('writer') };
  pool = await openPredictorPool(sources, { workers: 2 }, await bundledWorker(directory));
});
afterAll(async () => {
  await pool?.close();
  rmSync(directory, { recursive: true });
});

/** Two chat templates, of which the run was trained with the second. */
function addChatTemplates(path: string) {
  const templates = [
    { name: 'default', template: '{{ messages[0].content }} cook' },
    { name: 'brief', template: '{{ messages[0].content }}{% if mood %} {{ mood }}{% endif %}' },
  ];
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), chat_template: templates }));
}

async function written(
  prompt: Parameters<PredictorPool['write']>[0],
  options: WriteOptions = {},
): Promise<WrittenText> {
  const writing = pool.write(prompt, { model: 'writer', maxNewTokens: 4, ...options });
  for (;;) {
    const { done, value } = await writing.next();
    if (done) return value;
  }
}

it('predicts what the loaded models do', async () => {
  const texts = Array.from({ length: 40 }, (_, i) => `java cook number ${i}`);
  const classifier = await loadPredictor(run('sectors'));
  const calls = texts.map((text) => pool.predict([text], { model: 'sectors' }));
  const predictions = (await Promise.all(calls)).flat() as { label: string; score: number }[];
  const expected = await classifier.predict(texts);
  expect(predictions.map(({ label }) => label)).toEqual(expected.map(({ label }) => label));
  predictions.forEach(({ score }, i) => expect(score).toBeCloseTo(expected[i].score, 5));
  const tagger = await loadTagger(run('skills'));
  expect(await pool.predict(['java, sql'], { model: 'skills' })).toMatchObject([
    { entities: await tagger.tag('java, sql') },
  ]);
  await Promise.all([classifier.close(), tagger.close()]);
});

it('makes texts of rows, and cleans them, as those that a run was trained on', async () => {
  const scores = async (...inputs: Parameters<PredictorPool['predict']>[0]) =>
    (await pool.predict<{ scores: object }>(inputs, { model: 'sectors' })).map((own) => own.scores);
  const [row, text, marked] = await scores(
    { text: 'java <b>and</b>\n sql', title: 'cook' },
    'cook: java and sql',
    'cook: <p>java and&#32;sql</p>',
  );
  expect([row, marked]).toEqual([text, text]);
  await expect(scores({ titel: 'cook', text: 'java' })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
    message: 'fields: expected title, text, got titel; did you mean title?',
  });
  await expect(scores({ title: 'cook' })).rejects.toThrow('got no text; give each');
  await expect(pool.predict([{ title: 'cook' }], { model: 'skills' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
});

it('writes after a prompt, a row, and a conversation', async () => {
  const generator = await loadGenerator(run('writer'));
  const expected = async (prompt: string) => (await generator.generate(prompt, { maxNewTokens: 4 })).text;
  const [plain, row] = [await written('java'), await written({ title: 'a cook' })];
  expect([plain.text, row.text]).toEqual([await expected('java'), await expected('a cook\njava:')]);
  expect(row.promptTokens).toBe(generator.tokenizer.encode('a cook\njava:').ids.length);
  const messages = [{ role: 'user', content: 'more' }];
  const tokens = (text: string) => generator.tokenizer.encode(text, { addSpecialTokens: false }).ids.length;
  expect((await written(messages)).promptTokens).toBe(tokens('more'));
  expect((await written(messages, { chatTemplate: 'default' })).promptTokens).toBe(tokens('more cook'));
  expect((await written(messages, { chatVariables: { mood: 'java sql' } })).promptTokens).toBe(tokens('more java sql'));
  await expect(written(messages, { chatTemplate: 'long' })).rejects.toMatchObject({ code: 'CHAT_TEMPLATE' });
  await expect(written('java', { chatTemplate: 'brief' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
  const yes = await written('java', { grammar: 'root ::= "java" | "cook"', maxNewTokens: 20 });
  expect([['java', 'cook'].includes(yes.text), yes.isWhole]).toEqual([true, true]);
  const json = await written('java', { jsonSchema: { type: 'object', properties: {}, additionalProperties: false } });
  expect(JSON.parse(json.text)).toEqual({});
  await generator.close();
});

it('ends the texts that it writes before it closes the model that was replaced', async () => {
  const options = { model: 'writer', maxNewTokens: 400, grammar: 'root ::= ("java" | "cook" | " ")*' };
  const stopped = new AbortController();
  const writing = pool.write('java', { ...options, signal: stopped.signal });
  await writing.next();
  await pool.reload('writer');
  expect(pool.state.running).toBe(1);
  let pieces = 0;
  for (let next = await writing.next(); !next.done; next = await writing.next()) pieces++;
  expect(pieces).toBeGreaterThan(0);
});

it('says what each model is', async () => {
  expect(pool.models.map(({ task }) => task)).toEqual(['sequence-classification', 'token-classification', 'causal-lm']);
  expect(pool.models.map(({ fields, hasChat }) => [fields, hasChat])).toEqual([
    [['title', 'text'], false],
    [[], false],
    [['title'], true],
  ]);
  await expect(pool.predict(['a'], { model: 'writer' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
  await expect(pool.predict([['a', 'b']], { model: 'skills' })).rejects.toMatchObject({ code: 'MODEL_TASK' });
  await expect(pool.predict([['a', 'b']], { model: 'skills' })).rejects.toThrow(/^skills: expected one text per input/);
  const chat = pool.write([{ role: 'user', content: 'a' }], { model: 'writer', chatTemplate: 'none' }).next();
  const error = (await chat.catch((thrown: Error) => thrown)) as Error;
  expect(error.message).toMatch(/^writer/); // not where it is
  expect(error.message).not.toMatch(directory);
  expect(pool.state.bytes).toBeGreaterThan(10_000);
});
