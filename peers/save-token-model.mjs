// A small new model that labels or predicts tokens, trained for a few steps so that no bias is zero any more.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import {
  initialize,
  modelForTask,
  packSequences,
  parseModelConfig,
  selectLabeled,
  tokenizedModel,
} from '@attune/models';
import { saveModel, writeDirectoryAtomically } from '@attune/models/node';
import { trainWordPiece } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { encode, maxLength } from './logits.mjs';

const steps = 3;
/** Special tokens of a vocabulary whose padding is 1, as an MPNet's has to be. */
const paddedByOne = ['[UNK]', '[PAD]', '[CLS]', '[SEP]', '[MASK]'];

/** Learns the labels 0, 1, 2, 0, … of successive tokens, or the tokens themselves, and writes the model's directory. */
export async function saveTokenModel(directory, { task, config, labels, texts, engine }) {
  const specialTokens = config.model_type === 'mpnet' ? paddedByOne : undefined;
  const tokenizer = trainWordPiece(texts, { vocabSize: config.vocab_size, specialTokens });
  const { vocabSize: vocab_size, padId: pad_token_id } = tokenizer;
  const parsed = parseModelConfig({ ...config, vocab_size, pad_token_id }, task);
  const model = modelForTask({ ...parsed, labels }, task);
  const sequences = encode(tokenizer, texts);
  const targets = sequences.map(({ ids }) =>
    Array.from(ids, (id, position) => (task === 'masked-lm' ? id : position % labels.length)),
  );
  const batch = { ...selectLabeled(packSequences(sequences, { rowLength: maxLength }), targets) };
  const parameters = await trained(model, { batch, engine });
  mkdirSync(dirname(directory), { recursive: true });
  const write = async (temporary) => {
    await saveTokenizer(tokenizer, temporary, { model: tokenizedModel(parsed) });
    await saveModel(temporary, { ...model, parameters });
  };
  await writeDirectoryAtomically(directory, write, { overwrite: true });
}

async function trained(model, { batch, engine }) {
  const start = initialize(model.specs, model.config, 1);
  const training = await engine.openTraining(engine.compile(model.program), start, { name: 'adamw' });
  for (let step = 0; step < steps; step++) await training.step(batch, { learningRate: 1e-2 });
  return training.readParameters();
}
