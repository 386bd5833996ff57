// Skills by a Llama: from a job posting to the JSON list of its skills, written by a small causal language model with LoRA, beside
// a token classifier that marks them in the text.
//
//   node dist/main.js [--out runs/skills-llama] [--overwrite] [--seed 42] [--count 1500]
//                     [--data postings.jsonl|sentences.conll] [--label 1] [--model TinyLlama/TinyLlama_v1.1] [--encoder path/to/bert]
//                     [--prompt-template "### Job Description: {job_description}\n### Skills:"] [--json-schema skills.schema.json]

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type EngineName, openEngine } from '@attune/engine/node';
import { listScores } from '@attune/train';
import {
  evaluateCausalLm,
  fitCausalLm,
  fitTokenClassifier,
  loadGenerator,
  loadTagger,
  tensorBoard,
  wandbOffline,
} from '@attune/train/node';
import { abortOnInterrupt, printNote, readOptions, reportUncaught, terminalListener } from 'attune';
import { writeLists } from './lists';
import { prompted, readPostings, skillsOf, splitPostings, tagged } from './postings';
import { resultLines } from './results';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  label: { type: 'number' },
  count: { type: 'number' },
  model: { type: 'string', default: 'new' },
  encoder: { type: 'string', default: 'new' },
  'prompt-template': { type: 'string' },
  'json-schema': { type: 'string' },
  'max-steps': { type: 'number' },
  out: { type: 'string', default: 'runs/skills-llama' },
  overwrite: { type: 'boolean' },
  seed: { type: 'number', default: 42 },
  engine: { type: 'string', default: 'auto' },
});
const config = JSON.parse(readFileSync(new URL('../config.json', import.meta.url), 'utf8'));
const template = (options['prompt-template'] ?? config.template).replaceAll('\\n', '\n');
const schemaFile = options['json-schema'];
const jsonSchema = schemaFile === undefined ? undefined : JSON.parse(readFileSync(schemaFile, 'utf8'));
const { seed } = options;
const given = { seed, maxSteps: options['max-steps'] };
const engine = await openEngine({ name: options.engine as EngineName });
const shared = {
  engine,
  overwrite: options.overwrite,
  onEvent: terminalListener(process.stderr),
  onNote: (note: string) => printNote(process.stderr, note),
  signal: abortOnInterrupt(process),
};
const inOut = (name: string) => join(options.out, name);
type Parts = ReturnType<typeof splitPostings>;

// 1. The base. Adapters change what a model knows; one that knows nothing has nothing to change. Without --model a small Llama
//    first learns to write postings, all of it, with the lists left out.
async function base({ train, validation }: Parts): Promise<string> {
  if (options.model !== 'new') return options.model;
  const texts = (part: Parts['train']) => part.map(({ text }) => text);
  const out = inOut('base');
  const { newConfig, arguments: own } = config.base;
  const data = { train: texts(train), validation: texts(validation) };
  await fitCausalLm({ ...shared, data, model: 'new', newConfig, arguments: { ...own, ...given }, out });
  return join(out, 'model');
}

// 2. LoRA. The base is frozen; the adapters learn to write the list after the prompt, and to end there. What training takes is
//    said before it begins. Loss and scores go to metrics.jsonl, TensorBoard's files and a Weights & Biases run on disk as they come.
async function adapt(model: string, { train, validation, test }: Parts) {
  const out = inOut('llama');
  const [learned, chosenBy, reported] = [train, validation, test].map((part) => prompted(part, template));
  const callbacks = [tensorBoard(out), wandbOffline({ directory: out, project: 'skills-llama', config })];
  return fitCausalLm({
    ...{ ...shared, callbacks, model, out, lora: config.lora, arguments: { ...config.arguments, ...given } },
    data: { train: learned, validation: chosenBy, test: reported },
  });
}

// 3. What it writes for postings that it has not seen: lists, of which some may be malformed (with --json-schema only those that do not end
//    within maxNewTokens), and how far they are the true ones.
async function written(model: string, test: Parts['test']) {
  const writer = await loadGenerator(model, { engine });
  const start = performance.now();
  const prompts = prompted(test, template).map(({ prompt }) => prompt);
  const { lists, ...counts } = await writeLists(writer, { prompts, jsonSchema, maxNewTokens: config.maxNewTokens });
  await writer.close();
  return { scores: listScores(test.map(skillsOf), lists), ...counts, seconds: (performance.now() - start) / 1000 };
}

// 4. The other way to do it: a token classifier on the same postings, whose entities are the list.
async function tag({ train, validation, test }: Parts) {
  const [out, isNew] = [inOut('tagger'), options.encoder === 'new'];
  const { newConfig, arguments: always, pretrained } = config.tagger;
  const own = isNew ? always : { ...always, ...pretrained };
  const { summary } = await fitTokenClassifier({
    ...{ ...shared, out, model: options.encoder, ...(isNew && { newConfig }), arguments: { ...own, ...given } },
    data: { train: tagged(train), validation: tagged(validation), test: tagged(test) },
    decoding: 'constrained',
  });
  const tagger = await loadTagger(out, { engine });
  const start = performance.now();
  const found = await tagger.tag(test.map(({ text }) => text));
  await tagger.close();
  const lists = found.map((entities) => [...new Set(entities.map(({ text }) => text))]);
  return { summary, scores: listScores(test.map(skillsOf), lists), seconds: (performance.now() - start) / 1000 };
}

const gigabytes = () => process.resourceUsage().maxRSS / 1024 ** 2;

async function run(): Promise<void> {
  const { data, label, count = data ? Number.MAX_SAFE_INTEGER : config.postings } = options;
  const parts = splitPostings(await readPostings({ data, label, count, seed }), seed);
  const tagger = { ...(await tag(parts)), memory: gigabytes() };
  const model = await base(parts);
  const prompts = prompted(parts.test, template);
  const before = { ...(await evaluateCausalLm(model, prompts, { engine })), ...(await written(model, parts.test)) };
  const { summary } = await adapt(model, parts);
  const after = { ...summary, summary, ...(await written(inOut('llama'), parts.test)), memory: gigabytes() };
  const results = { 'Llama before': before, 'Llama with LoRA': after, 'token classifier': tagger };
  await writeFile(inOut('summary.json'), `${JSON.stringify({ sizes: sizesOf(parts), ...results }, null, 2)}\n`);
  console.log(resultLines(results, parts.test.length));
  await engine.close();
}

const sizesOf = (parts: Parts) => Object.fromEntries(Object.entries(parts).map(([name, { length }]) => [name, length]));

await run();
