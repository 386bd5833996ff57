// The product's training, every part that it is handed timed.
import { appendFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { loadModel, writeSafetensors } from '@attune/models/node';
import { loadTokenizer } from '@attune/tokenizer/node';
import { encodeTexts, sequenceTask, train, trainingArguments } from '@attune/train';
import { paths } from '../common/paths.mjs';
import { sum } from '../common/statistics.mjs';
import { jobTitles, postings } from '../common/texts.mjs';
import { openClocks } from './clocks.mjs';

/**
 * @returns milliseconds of each part, over the steps that compiled nothing: `batches`, `engine`, `events`, `total`; their number,
 *   `counted`; and apart from these `tokenizing`, of the whole data, and `saving`, of the checkpoint
 */
export async function timeTraining(directory, workload, { steps, threads }) {
  const labels = Array.from({ length: 20 }, (_, i) => `class ${i}`);
  const { model, parameters } = await loadModel(paths.minilm, { task: 'sequence-classification', labels, seed: 1 });
  const clocks = openClocks();
  const { data, tokenizing } = await encoded(workload, { count: steps * workload.batchSize, classes: labels.length });
  const watched = watchSteps(clocks, join(directory, 'metrics.jsonl'));
  const engine = timedEngine(await openEngine({ name: 'onnx', threads }), clocks);
  const task = watched.task(sequenceTask(model.config));
  const settings = {
    perDeviceTrainBatchSize: workload.batchSize,
    maxSteps: steps,
    evalStrategy: 'no',
    saveSteps: steps,
  };
  let saving = 0;
  const save = async (saved) => {
    const start = performance.now();
    await writeCheckpoint(join(directory, 'checkpoint'), saved);
    saving = performance.now() - start;
  };
  clocks.take();
  const what = { engine, model, parameters, task, data: { train: data }, save, onEvent: watched.onEvent };
  await train({ ...what, arguments: trainingArguments(settings) });
  await engine.close();
  const counted = watched.steps.filter(({ compiles }) => !compiles);
  const total = (part) => sum(counted.map((step) => step[part] ?? 0));
  const parts = Object.fromEntries(['batches', 'engine', 'events', 'total'].map((part) => [part, total(part)]));
  return { ...parts, counted: counted.length, tokenizing, saving };
}

async function encoded({ texts: name, maxLength }, { count, classes }) {
  const texts = [];
  if (name === 'titles') texts.push(...(await jobTitles()).slice(0, count).map(({ text }) => text));
  else for await (const text of postings()) if (texts.push(text) === count) break;
  const tokenizer = await loadTokenizer(paths.tokenizer);
  const start = performance.now();
  const sequences = encodeTexts(tokenizer, texts, maxLength);
  const tokenizing = performance.now() - start;
  return { data: { sequences, targets: texts.map((_, i) => i % classes) }, tokenizing };
}

/** A step ends with its last event; what it took is noted before the next begins. */
function watchSteps(clocks, log) {
  const [steps, shapes] = [[], new Set()];
  let compiles = false;
  const write = clocks.around('events', (event) => {
    if (event.type === 'train') appendFileSync(log, `${JSON.stringify(event)}\n`);
  });
  return {
    steps,
    task(own) {
      const batch = clocks.around('batches', own.batch);
      return {
        ...own,
        batch(...args) {
          const made = batch(...args);
          const shape = JSON.stringify(Object.values(made.tensors).map((tensor) => tensor.shape));
          compiles = !shapes.has(shape);
          shapes.add(shape);
          return made;
        },
      };
    },
    onEvent(event) {
      write(event);
      // The log's own line comes after the step's event, and is counted with the next step.
      if (event.type === 'step') steps.push({ ...clocks.take(), compiles });
    },
  };
}

function timedEngine(engine, clocks) {
  const timed = (training) => ({
    ...training,
    gradients: clocks.around('engine', training.gradients),
    update: clocks.around('engine', training.update),
  });
  return { ...engine, openTraining: async (...args) => timed(await engine.openTraining(...args)) };
}

async function writeCheckpoint(directory, { state: { parameters, moments } }) {
  await mkdir(directory, { recursive: true });
  for (const [name, tensors] of Object.entries({ parameters, ...moments })) {
    const all = Object.entries(tensors).map(([own, { shape, data }]) => ({ name: own, shape, data }));
    await writeSafetensors(join(directory, `${name}.safetensors`), all);
  }
}
