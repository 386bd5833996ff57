// Predicts all texts when told to: {"details"} in, {"seconds"} out, and where details are wanted the labels and their scores.
import { readFileSync } from 'node:fs';
import { loadPredictor } from '@attune/train/node';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const {
  model: directory,
  labels,
  texts,
  maxLength,
  threads,
  precision,
} = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const predictor = await loadPredictor(directory, { maxLength, precision, threads });

await serveLines({ versions: attuneVersions() }, async ({ details }) => {
  const start = performance.now();
  const predicted = await predictor.predict(texts);
  const seconds = (performance.now() - start) / 1000;
  if (!details) return { seconds };
  return { seconds, best: predicted.map(({ label }) => labels.indexOf(label)), scores: predicted.map((p) => p.score) };
});
await predictor.close();
