// Trains small models of every task, saves them, and writes the logits Attune computes from what it saved.
//
//   node peers/save-models.mjs DIRECTORY [PRETRAINED]

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { tokenizedModel } from '@attune/models';
import { loadModel, saveOnnx, writeDirectoryAtomically } from '@attune/models/node';
import { loadTokenizer, saveTokenizer } from '@attune/tokenizer/node';
import { fitSequenceClassifier } from '@attune/train/node';
import { logitsOf } from './logits.mjs';
import { saveTokenModel } from './save-token-model.mjs';

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
const bert = { num_hidden_layers: 2, hidden_size: 64, num_attention_heads: 4, intermediate_size: 128 };
const roberta = { ...bert, max_position_embeddings: 66, type_vocab_size: 1 };
const sizes = {
  bert,
  distilbert: { n_layers: 2, dim: 64, n_heads: 4, hidden_dim: 128 },
  electra: { ...bert, embedding_size: 32 },
  mpnet: { ...bert, max_position_embeddings: 66 },
  roberta,
  'xlm-roberta': roberta,
  camembert: roberta,
};

for (const [model_type, size] of Object.entries(sizes)) {
  const newConfig = { model_type, vocab_size: 200, max_position_embeddings: 64, initializer_range: 0.1, ...size };
  await saveSequenceClassifier(model_type, { model: 'new', newConfig });
  await saveTokens(`${model_type}-token`, { task: 'token-classification', config: newConfig });
  await saveTokens(`${model_type}-masked`, { task: 'masked-lm', config: newConfig });
  const untied = { ...newConfig, tie_word_embeddings: false };
  await saveTokens(`${model_type}-masked-untied`, { task: 'masked-lm', config: untied });
}
if (pretrained) await saveSequenceClassifier('pretrained', { model: pretrained });
await engine.close();

async function saveSequenceClassifier(name, source) {
  const out = join(directory, name);
  const args = { learningRate: 1e-3, numTrainEpochs: 2, perDeviceTrainBatchSize: 4, maxLength: 64 };
  await fitSequenceClassifier({ data, ...source, arguments: args, engine, out, overwrite: true });
  await writeLogits(name, 'sequence-classification');
  await exportModel(name);
}

/** For transformers.js, with the tokenizer beside it. */
async function exportModel(name) {
  const source = join(directory, name, 'model');
  const { model, parameters } = await loadModel(source);
  const tokenizer = await loadTokenizer(source);
  const write = async (temporary) => {
    await saveTokenizer(tokenizer, temporary, { model: tokenizedModel(model.config) });
    await saveOnnx(temporary, { model, parameters, precisions: ['fp32'] });
  };
  await writeDirectoryAtomically(join(directory, name, 'export'), write, { overwrite: true });
}

async function saveTokens(name, { task, config }) {
  const labels = ['O', 'B-PLACE', 'I-PLACE'];
  await saveTokenModel(join(directory, name, 'model'), { task, config, labels, texts, engine });
  await writeLogits(name, task);
}

async function writeLogits(name, task) {
  const { logits, model } = await logitsOf(join(directory, name, 'model'), { task, texts, engine });
  const labels = task === 'masked-lm' ? undefined : model.config.labels;
  writeFileSync(join(directory, name, 'logits.json'), JSON.stringify({ task, texts, logits, labels }));
}
