// What both sides are trained on: a task, real texts, batches. Only data, so that paths can be checked before anything is built.

/** By what the command line calls them; `needs` are names of `paths`, `examples` a name in examples.mjs. */
export const workloads = {
  sequence: {
    says: 'MiniLM-L6, 32 job titles, a category each',
    task: 'sequence-classification',
    batchSize: 32,
    examples: 'titles',
    needs: ['tokenizer', 'minilm', 'jobTitles'],
  },
  token: {
    says: 'MiniLM-L6, 16 sentences, a tag for each word',
    task: 'token-classification',
    batchSize: 16,
    examples: 'sentences',
    needs: ['tokenizer', 'minilm', 'skills'],
  },
  'masked-lm': {
    says: 'MiniLM-L6, 8 chunks of 128 tokens, 15 % of them hidden',
    task: 'masked-lm',
    batchSize: 8,
    examples: 'chunks',
    needs: ['tokenizer', 'minilm', 'postings'],
  },
};
