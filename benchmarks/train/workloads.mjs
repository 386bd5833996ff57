// What is trained: sizes, tasks, batches. Only data, so that names and paths can be checked before anything is built.
import { paths } from '../common/paths.mjs';

const distilbert = { config: { model_type: 'distilbert' } };
const bert = { config: { model_type: 'bert' } };
const roberta = { config: { model_type: 'roberta', max_position_embeddings: 514, type_vocab_size: 1 } };
const mpnet = { config: { model_type: 'mpnet', max_position_embeddings: 514 } };
const sectors = '11 21 22 23 31-33 42 44-45 48-49 51 52 53 54 55 56 61 62 71 72 81 92'.split(' ');
const numbered = Array.from({ length: 21 }, (_, i) => `label ${i}`);

/** Postings with a class each, and sentences with a tag for each word, without the model. */
const classified = {
  task: 'sequence-classification',
  labels: numbered,
  batchSize: 16,
  examples: 'postings',
  needs: ['tokenizer', 'postings'],
};
const tagged = {
  task: 'token-classification',
  labels: ['O', 'B', 'I'],
  batchSize: 16,
  examples: 'skills',
  needs: ['tokenizer', 'skills'],
};

/** By name; `needs` are names of `paths`, `examples` a name in examples.mjs. */
export const workloads = {
  postings: { ...classified, says: 'DistilBERT, 16 postings of 200 tokens', source: distilbert },
  titles: {
    says: 'DistilBERT, 32 titles',
    task: 'sequence-classification',
    source: distilbert,
    labels: sectors,
    batchSize: 32,
    examples: 'titles',
    needs: ['tokenizer', 'titles'],
  },
  'minilm-titles': {
    says: 'MiniLM-L6, 32 titles',
    task: 'sequence-classification',
    source: { pretrained: paths.minilm },
    labels: sectors,
    batchSize: 32,
    examples: 'titles',
    needs: ['tokenizer', 'titles', 'minilm'],
  },
  skills: { ...tagged, says: 'BERT-base, 16 sentences, a tag for each word', source: bert },
  'roberta-skills': { ...tagged, says: 'RoBERTa-base, 16 sentences, a tag for each word', source: roberta },
  'roberta-postings': { ...classified, says: 'RoBERTa-base, 16 postings of 200 tokens', source: roberta },
  'mpnet-skills': { ...tagged, says: 'MPNet-base, 16 sentences, a tag for each word', source: mpnet },
  'mpnet-postings': { ...classified, says: 'MPNet-base, 16 postings of 200 tokens', source: mpnet },
  'minilm-skills': {
    says: 'MiniLM-L6, 16 sentences, a tag for each word',
    task: 'token-classification',
    source: { pretrained: paths.minilm },
    labels: ['O', 'B', 'I'],
    batchSize: 16,
    examples: 'skills',
    needs: ['tokenizer', 'skills', 'minilm'],
  },
  mlm: {
    says: 'DistilBERT masked, 32 texts of 256 tokens',
    task: 'masked-lm',
    source: distilbert,
    labels: undefined,
    batchSize: 32,
    examples: 'masked',
    needs: ['tokenizer', 'postings'],
  },
  'minilm-mlm': {
    says: 'MiniLM-L6 masked, 32 texts of 256 tokens',
    task: 'masked-lm',
    source: { pretrained: paths.minilm },
    labels: undefined,
    batchSize: 32,
    examples: 'masked',
    needs: ['tokenizer', 'postings', 'minilm'],
  },
};

/** Where grouping by length changes something: texts of many lengths. */
export const ofManyLengths = ['titles', 'minilm-titles', 'skills'];
