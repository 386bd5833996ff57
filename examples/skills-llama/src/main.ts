// Skills with a Llama: a small causal language model with LoRA generates the JSON list of a posting's skills. A token classifier
// that tags them in the text is the reference.
//
//   node dist/main.js [--out runs/skills-llama] [--overwrite] [--seed 42] [--count 1500]
//                     [--data postings.jsonl|sentences.conll] [--label 1] [--eval-data dev.jsonl --test-data test.jsonl]
//                     [--model path/to/smollm2] [--quantize int8|int4|nf4] [--learning-rate 5e-4] [--epochs 2] [--batch-size 8]
//                     [--prompt-template "### Job Description: {job_description}\n### Skills:" | --chat]
//                     [--json-schema skills.schema.json] [--encoder path/to/bert|none] [--after-only]

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QuantizedFormat } from '@attune/engine';
import { type EngineName, openEngine } from '@attune/engine/node';
import { resolveModelSource } from '@attune/models/node';
import {
  evaluateCausalLm,
  fitCausalLm,
  fitTokenClassifier,
  loadChatTemplate,
  loadGenerator,
  loadTagger,
  tensorBoard,
  wandbOffline,
} from '@attune/train/node';
import { abortOnInterrupt, printNote, readOptions, reportUncaught, terminalListener } from 'attune';
import { scoresOf, writeLists } from './lists';
import { prompted, readPostings, splitPostings, tagged } from './postings';
import { resultLines } from './results';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  data: { type: 'string' },
  'eval-data': { type: 'string' },
  'test-data': { type: 'string' },
  label: { type: 'number' },
  count: { type: 'number' },
  model: { type: 'string', default: 'new' },
  encoder: { type: 'string', default: 'new' },
  quantize: { type: 'string', choices: ['int8', 'int4', 'nf4'] },
  'prompt-template': { type: 'string' },
  chat: { type: 'boolean' },
  'json-schema': { type: 'string' },
  'learning-rate': { type: 'number' },
  epochs: { type: 'number' },
  'batch-size': { type: 'number' },
  'max-steps': { type: 'number' },
  'after-only': { type: 'boolean' },
  out: { type: 'string', default: 'runs/skills-llama' },
  overwrite: { type: 'boolean' },
  seed: { type: 'number', default: 42 },
  engine: { type: 'string', default: 'auto' },
});
const config = JSON.parse(readFileSync(new URL('../config.json', import.meta.url), 'utf8'));
const isNew = options.model === 'new';
const recipe = isNew ? config.fromNothing : config.pretrained;
const template = (options['prompt-template'] ?? (options.chat ? config.chatPrompt : config.template)).replaceAll(
  '\\n',
  '\n',
);
const schemaFile = options['json-schema'];
const jsonSchema = schemaFile === undefined ? undefined : JSON.parse(readFileSync(schemaFile, 'utf8'));
const { seed } = options;
const given = { seed, maxSteps: options['max-steps'] };
const typed = {
  learningRate: options['learning-rate'],
  numTrainEpochs: options.epochs,
  perDeviceTrainBatchSize: options['batch-size'],
};
const chosen = Object.fromEntries(Object.entries(typed).filter(([, value]) => value !== undefined));
const engine = await openEngine({ name: options.engine as EngineName });
const shared = {
  engine,
  overwrite: options.overwrite,
  onEvent: terminalListener(process.stderr),
  onNote: (note: string) => printNote(process.stderr, note),
  signal: abortOnInterrupt(process),
};
const inOut = (name: string) => join(options.out, name);
type Parts = Awaited<ReturnType<typeof readParts>>;

// 1. Postings to learn from, to choose by and to report on: of one file 70/15/15, or a file for each part that has one.
async function readParts() {
  const { data, label, count = data ? Number.MAX_SAFE_INTEGER : config.postings } = options;
  const read = (file?: string) => readPostings({ data: file, label, count, seed });
  const [validation, test] = [options['eval-data'], options['test-data']];
  if ((validation ?? test) !== undefined && data === undefined)
    throw new Error('--data: required with --eval-data and --test-data; name the postings to learn from');
  const others = { ...(validation && { validation: await read(validation) }), ...(test && { test: await read(test) }) };
  return splitPostings(await read(data), { seed, ...others });
}

// 2. The base. Adapters need a model that knows something. Without --model a small Llama is first trained in full to write postings,
//    without the lists.
async function base({ train, validation }: Parts): Promise<string> {
  if (!isNew) return resolveModelSource(options.model);
  const texts = (part: Parts['train']) => part.map(({ text }) => text);
  const out = inOut('base');
  const { newConfig, arguments: own } = config.base;
  const data = { train: texts(train), validation: texts(validation) };
  await fitCausalLm({ ...shared, data, model: 'new', newConfig, arguments: { ...own, ...given }, out });
  return join(out, 'model');
}

/** Prompts and completions of each part: by the template, or as conversations in the model's chat template. */
async function promptedParts(model: string, { train, validation, test }: Parts) {
  const chat = options.chat ? await loadChatTemplate(model) : undefined;
  const [learned, chosenBy, reported] = [train, validation, test].map((part) => prompted(part, template, chat));
  return { train: learned, validation: chosenBy, test: reported };
}
type Prompted = Awaited<ReturnType<typeof promptedParts>>;

// 3. LoRA. The base is frozen; the adapters learn to write the list after the prompt, and to end there. Memory and time are printed
//    first. Metrics go to metrics.jsonl, TensorBoard's files and an offline Weights & Biases run.
async function adapt(model: string, data: Prompted) {
  const out = inOut('llama');
  const callbacks = [tensorBoard(out), wandbOffline({ directory: out, project: 'skills-llama', config })];
  const quantize = options.quantize as QuantizedFormat | undefined;
  const args = { ...recipe.arguments, ...chosen, ...given };
  return fitCausalLm({ ...shared, callbacks, model, out, quantize, lora: recipe.lora, arguments: args, data });
}

// 4. What it writes for postings that it has not seen: lists, of which some may be malformed (with --json-schema only those that do not end
//    within maxNewTokens), and how far they are the true ones.
async function written(model: string, { test }: Parts, prompts: Prompted['test']) {
  const writer = await loadGenerator(model, { engine });
  const start = performance.now();
  const { maxNewTokens } = recipe;
  const { lists, ...counts } = await writeLists(writer, { prompts, jsonSchema, maxNewTokens });
  const seconds = (performance.now() - start) / 1000;
  await writer.close();
  return { ...scoresOf(test, lists), ...counts, seconds };
}

// 5. The other way to do it: a token classifier on the same postings, whose entities are the list.
async function tag({ train, validation, test }: Parts) {
  const [out, isNewEncoder] = [inOut('tagger'), options.encoder === 'new'];
  const { newConfig, arguments: always, pretrained } = config.tagger;
  const own = isNewEncoder ? always : { ...always, ...pretrained };
  const { summary } = await fitTokenClassifier({
    ...{ ...shared, out, model: options.encoder, ...(isNewEncoder && { newConfig }), arguments: { ...own, ...given } },
    data: { train: tagged(train), validation: tagged(validation), test: tagged(test) },
    decoding: 'constrained',
  });
  const tagger = await loadTagger(out, { engine });
  const start = performance.now();
  const found = await tagger.tag(test.map(({ text }) => text));
  const seconds = (performance.now() - start) / 1000;
  await tagger.close();
  const lists = found.map((entities) => [...new Set(entities.map(({ text }) => text))]);
  return { summary, ...scoresOf(test, lists), seconds };
}

const gigabytes = () => process.resourceUsage().maxRSS / 1024 ** 2;

async function run(): Promise<void> {
  const parts = await readParts();
  const tagger = options.encoder === 'none' ? undefined : { ...(await tag(parts)), memory: gigabytes() };
  const model = await base(parts);
  const prompts = await promptedParts(model, parts);
  const measured = async () => ({
    ...(await evaluateCausalLm(model, prompts.test, { engine })),
    ...(await written(model, parts, prompts.test)),
  });
  const before = options['after-only'] ? undefined : await measured();
  const { summary } = await adapt(model, prompts);
  const after = { ...summary, summary, ...(await written(inOut('llama'), parts, prompts.test)), memory: gigabytes() };
  const results = {
    ...(before && { 'Llama before': before }),
    'Llama with LoRA': after,
    ...(tagger && { 'token classifier': tagger }),
  };
  await writeFile(inOut('summary.json'), `${JSON.stringify({ sizes: sizesOf(parts), ...results }, null, 2)}\n`);
  console.log(resultLines(results, parts.test.length));
  await engine.close();
}

const sizesOf = (parts: Parts) => Object.fromEntries(Object.entries(parts).map(([name, { length }]) => [name, length]));

await run();
