// Serve: the sector of a posting, where its work is done, and the skills that it asks for, on one page.
//
//   node dist/main.js [--out runs/serve] [--overwrite] [--port 8000] [--host 127.0.0.1] [--precision fp32|int8] [--train-only]
//                     [--postings 4200] [--max-steps 10] [--seed 42] [--engine onnx|cpu]

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineName, openEngine } from '@attune/engine/node';
import { openService } from '@attune/serve/node';
import type { TrainingArguments } from '@attune/train';
import { fitTokenClassifier } from '@attune/train/node';
import {
  abortOnInterrupt,
  entityLines,
  printNote,
  readOptions,
  reportUncaught,
  resultLines,
  terminalListener,
  trainAndReport,
} from 'attune';
import config from '../config.json' with { type: 'json' };
import { type PostingParts, postingParts } from './parts';

reportUncaught(process); // errors end the program with a line that says what to do
const options = readOptions(process, {
  out: { type: 'string', default: 'runs/serve' },
  overwrite: { type: 'boolean' },
  port: { type: 'number', default: 8000 },
  host: { type: 'string', default: '127.0.0.1' },
  precision: { type: 'string', choices: ['fp32', 'int8'], default: 'fp32' },
  'train-only': { type: 'boolean' },
  postings: { type: 'number', default: config.postings },
  'max-steps': { type: 'number' },
  seed: { type: 'number', default: 42 },
  engine: { type: 'string', default: 'auto' },
});
const { seed, overwrite } = options;
const signal = abortOnInterrupt(process);
const note = (text: string) => printNote(process.stderr, text);

// 1. Three models by the names that addresses have: http://127.0.0.1:8000/v1/models/sectors/predict.
const names = ['sectors', 'remote', 'skills'] as const;
type Name = (typeof names)[number];
const runOf = (name: Name) => join(options.out, name);

// 2. Each is a small DistilBERT that is new. To fine-tune a pretrained one instead, name its directory or hub id in `model`, drop
//    `newConfig`, and lower the learning rates of config.json to 5e-5.
async function train(name: Name, parts: PostingParts): Promise<string> {
  const engine = await openEngine({ name: options.engine as EngineName });
  const maxSteps = options['max-steps'];
  const shared = {
    ...{ engine, model: 'new', newConfig: config.newConfig, out: runOf(name), overwrite, signal },
    arguments: { ...config[name], seed, maxSteps } as Partial<TrainingArguments>,
    provenance: { data: `generatePostings, ${options.postings}`, split: '80/10/10' },
    onEvent: terminalListener(process.stderr),
    onNote: note,
  };
  try {
    if (name === 'skills') return entityLines((await fitTokenClassifier({ ...shared, data: parts.skills })).summary);
    const { summary } = await trainAndReport({ ...shared, data: parts[name], title: name });
    return resultLines(summary);
  } finally {
    await engine.close();
  }
}

// 3. What has been trained before is served as it is.
async function trainMissing(): Promise<void> {
  const missing = names.filter((name) => overwrite || !existsSync(join(runOf(name), 'summary.json')));
  if (missing.length === 0) return note(`${options.out}: trained before; --overwrite trains again`);
  const parts = postingParts({ count: options.postings, seed });
  for (const name of missing) console.log(`\n${name}\n${await train(name, parts)}`);
}

// 4. All three in one service, whose page at / asks them together. SIGINT ends it once its requests are answered.
async function serve(): Promise<void> {
  const { port, host, precision } = options;
  const sources = Object.fromEntries(names.map((name) => [name, runOf(name)]));
  const service = await openService(sources, { port, host, precision, logLevel: 'warn' });
  console.log(`\nthe page: ${service.url}`);
  const release = signal.hold();
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  note('shutting down: pending requests are answered, new ones are refused');
  await service.close();
  release();
}

await trainMissing();
if (!options['train-only']) await serve();
