// Trains ten steps, predicts, and prints the digits: the same on every runtime.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePostings } from '@attune/data';
import { openEngine } from '@attune/engine/node';
import { accuracy } from '@attune/metrics';
import { fitSequenceClassifier, loadPredictor } from '@attune/train/node';

const out = mkdtempSync(join(tmpdir(), 'attune-ten-steps-'));
const engine = await openEngine({ name: 'onnx' });
try {
  const postings = generatePostings({ count: 120, seed: 1 });
  const part = (from, to) => ({
    texts: postings.slice(from, to).map(({ title }) => title),
    labels: postings.slice(from, to).map(({ arrangement }) => arrangement),
  });
  const { summary } = await fitSequenceClassifier({
    data: { train: part(0, 80), validation: part(80, 100) },
    model: 'new',
    newConfig: { n_layers: 2, dim: 32, n_heads: 2, hidden_dim: 64, vocab_size: 500 },
    arguments: { maxSteps: 10, perDeviceTrainBatchSize: 8, learningRate: 1e-3, maxLength: 32 },
    engine,
    out,
    overwrite: true,
  });
  const { texts, labels } = part(100, 120);
  const model = await loadPredictor(out, { engine });
  const predictions = await model.predict(texts);
  await model.close();
  const digits = predictions.map(({ score }) => score.toFixed(6)).join(' ');
  console.log(
    JSON.stringify({
      steps: summary.steps,
      accuracy: accuracy(
        labels,
        predictions.map(({ label }) => label),
      ),
      digits,
    }),
  );
} finally {
  await engine.close();
  rmSync(out, { recursive: true, force: true });
}
