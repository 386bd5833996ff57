// Trains once when told to, and says what came of it.
import { readFileSync } from 'node:fs';
import { openEngine } from '@attune/engine/node';
import { evaluateCausalLm, fitCausalLm } from '@attune/train/node';
import { attuneVersions } from '../common/versions.mjs';
import { serveLines } from '../common/worker.mjs';

const plan = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { model, postings, epochs, threads, out, lora, quantize, learningRate } = plan;
const engine = await openEngine({ name: 'onnx', threads });
/** Beginnings of postings, a sixth to choose the epoch by and a sixth to report on. */
const texts = readFileSync(plan.texts, 'utf8')
  .split('\n', postings)
  .map((line) => JSON.parse(line).text.slice(0, 600));
const sixth = Math.floor(postings / 6);
const data = { train: texts.slice(2 * sixth), validation: texts.slice(sixth, 2 * sixth), test: texts.slice(0, sixth) };
const maxLength = 256;

await serveLines({ versions: attuneVersions() }, async () => {
  const before = await evaluateCausalLm(model, data.test, { engine, maxLength, quantize });
  const args = { learningRate, numTrainEpochs: epochs, perDeviceTrainBatchSize: 8, warmupRatio: 0.1, maxLength };
  const { summary, history } = await fitCausalLm({
    ...{ data, model, engine, out, lora, quantize },
    arguments: { ...args, saveStrategy: 'no', seed: 1 },
  });
  const { loss: after, tokensPerSecond, trainableShare: share = 1 } = summary;
  const validation = Math.min(...history.filter(({ type }) => type === 'eval').map(({ loss }) => loss));
  return { before: before.loss, validation, after, tokensPerSecond, share };
});
await engine.close();
