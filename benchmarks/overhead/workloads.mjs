// What is trained. Only data, so that paths can be checked before anything is built.

/** By what the command line calls them; `needs` are names of `paths`. */
export const workloads = {
  titles: {
    says: 'MiniLM-L6, 32 job titles',
    texts: 'titles',
    batchSize: 32,
    maxLength: 32,
    needs: ['tokenizer', 'minilm', 'jobTitles'],
  },
  postings: {
    says: 'MiniLM-L6, 16 postings of at most 200 tokens',
    texts: 'postings',
    batchSize: 16,
    maxLength: 200,
    needs: ['tokenizer', 'minilm', 'postings'],
  },
};
