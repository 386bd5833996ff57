// Trains one small BERT and one small DistilBERT, saves them, and writes the logits Attune computes from what it saved.
//
//   node peers/save-models.mjs DIRECTORY [PRETRAINED]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { fitSequenceClassifier, loadPredictor } from '@attune/train/node';

const [directory, pretrained] = process.argv.slice(2);
mkdirSync(directory, { recursive: true });
const engine = await openEngine();
const data = {
  train: {
    texts: [
      'Wheat and barley farming',
      'Mortgage lending',
      'Deep sea freight',
      'Orchards',
      'Credit unions',
      'Ferry service',
    ],
    labels: ['farm', 'bank', 'ship', 'farm', 'bank', 'ship'],
  },
  validation: { texts: ['Dairy farming', 'Savings banks', 'Cargo shipping'], labels: ['farm', 'bank', 'ship'] },
};
const texts = [...data.train.texts, 'Café-bar, naïve “quotes” — 日本 ☕ 12,5 %', '', 'w'.repeat(150)];
const sizes = {
  bert: { num_hidden_layers: 2, hidden_size: 64, num_attention_heads: 4, intermediate_size: 128 },
  distilbert: { n_layers: 2, dim: 64, n_heads: 4, hidden_dim: 128 },
};
const models = Object.entries(sizes).map(([model_type, size]) => ({
  name: model_type,
  model: 'new',
  newConfig: { model_type, ...size, vocab_size: 200, max_position_embeddings: 64, initializer_range: 0.1 },
}));
if (pretrained) models.push({ name: 'pretrained', model: pretrained });
for (const { name, ...source } of models) {
  const out = join(directory, name);
  const args = { learningRate: 1e-3, numTrainEpochs: 2, perDeviceTrainBatchSize: 4, maxLength: 64 };
  await fitSequenceClassifier({ data, ...source, arguments: args, engine, out, overwrite: true });
  const predictor = await loadPredictor(out, { engine });
  const { logits } = await predictor.evaluate(
    texts,
    texts.map(() => 0),
  );
  writeFileSync(
    join(out, 'logits.json'),
    JSON.stringify({ texts, logits: Array.from(logits), labels: predictor.labels }),
  );
}
await engine.close();
