// Plays the events of a run to the callbacks that write other tools' formats, and writes the events beside what they wrote.
//
//   node peers/write-callbacks.mjs DIRECTORY

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tensorBoard, wandbOffline } from '@attune/train/node';

const [directory] = process.argv.slice(2);
rmSync(directory, { recursive: true, force: true });
mkdirSync(directory, { recursive: true });

// Enough for several blocks of W&B's file; a loss that overflowed must come through too.
const events = Array.from({ length: 300 }, (_, i) => (i % 50 === 49 ? evaluation(i * 10) : loss((i + 1) * 10)));
const config = {
  learningRate: 2e-5,
  model: 'naïve ☕',
  labels: Array.from({ length: 5000 }, (_, i) => `label ${i}`),
  nested: { seed: 1, none: null },
};

const callbacks = [
  tensorBoard(join(directory, 'tensorboard')),
  wandbOffline({ directory, project: 'attune-peers', name: 'a run', config }),
];
for (const callback of callbacks) {
  for (const event of events) await callback.onEvent(event);
  await callback.close();
}
writeFileSync(join(directory, 'events.json'), JSON.stringify({ events: events.map(readable), config }));

function loss(step) {
  const value = step === 100 ? Number.POSITIVE_INFINITY : 1 / step;
  const gradNorm = step === 100 ? Number.NaN : 0.1 * step;
  return {
    type: 'train',
    step,
    epoch: step / 500,
    loss: value,
    learningRate: 2e-5 / step,
    gradNorm,
    tokensPerSecond: 1000,
    time: 1,
  };
}

function evaluation(step) {
  const scores = { accuracy: 1 - 1 / step, macroPrecision: 0.5, macroRecall: 0.25, macroF1: 1 / 3 };
  return { type: 'eval', step, epoch: step / 500, trainLoss: 0.125, loss: 0.75, ...scores, time: 2 };
}

/** JSON has no numbers that are not finite: as text, which Python's `float` takes. */
function readable(event) {
  return Object.fromEntries(
    Object.entries(event).map(([name, value]) => [name, Number.isFinite(value) ? value : String(value)]),
  );
}
