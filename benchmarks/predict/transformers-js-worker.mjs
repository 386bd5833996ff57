// Predicts all texts when told to, as attune-worker.mjs, with transformers.js: fp32, sorted by length, 32 at a time.
import { readFileSync } from 'node:fs';
import { serveLines } from '../common/worker.mjs';
import { openTransformersJs, transformersJsVersion } from '../transformers-js.mjs';

const batchSize = 32;
const { exported, labels, texts, lengths, maxLength, threads } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const model = await openTransformersJs(exported, { dtype: 'fp32', threads });

await serveLines({ versions: { 'transformers.js': transformersJsVersion() } }, async ({ details }) => {
  const start = performance.now();
  // By tokens, which it is told: characters would sort less well.
  const order = texts.map((_, i) => i).sort((a, b) => lengths[b] - lengths[a]);
  const sorted = order.map((i) => texts[i]);
  const logits = await model.logits(sorted, { maxLength, batchSize });
  const predicted = [];
  order.forEach((text, row) => {
    predicted[text] = mostLikely(logits.slice(row * labels.length, (row + 1) * labels.length));
  });
  const seconds = (performance.now() - start) / 1000;
  if (!details) return { seconds };
  return { seconds, best: predicted.map(({ label }) => label), scores: predicted.map(({ score }) => score) };
});
await model.close();

/** The label with the largest logit, and its probability. */
function mostLikely(logits) {
  const most = Math.max(...logits);
  return { label: logits.indexOf(most), score: 1 / logits.reduce((total, x) => total + Math.exp(x - most), 0) };
}
