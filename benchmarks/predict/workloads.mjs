// What is predicted. Only data, so that names and paths can be checked before anything is built.
import { paths } from '../common/paths.mjs';

/** By name; `needs` are names of `paths`, `texts` of functions in prepare.mjs. */
export const workloads = {
  distilbert: {
    says: 'DistilBERT, postings of 200 tokens',
    source: { config: { model_type: 'distilbert' } },
    texts: 'postings',
    count: 64,
    maxLength: 200,
    needs: ['tokenizer', 'postings'],
  },
  minilm: {
    says: 'MiniLM-L6, distinct titles',
    source: { pretrained: paths.minilm },
    texts: 'titles',
    count: 10_000,
    maxLength: 128,
    needs: ['tokenizer', 'titles', 'minilm'],
  },
};
