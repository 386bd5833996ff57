// Where the texts and weights are that the benchmarks run on; they are not part of the repository.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/install.mjs';

const shared = join(root, '..', 'shared');

export const paths = {
  tokenizer: join(shared, 'weights', 'tokenizers', 'bert-base-uncased'),
  minilm: join(shared, 'weights', 'minilm-l6'),
  stories: join(shared, 'weights', 'stories260K'),
  titles: join(shared, 'data', 'sectors', 'naics_index.csv'),
  jobTitles: join(shared, 'data', 'sectors', 'reed_titles.csv'),
  postings: join(shared, 'data', 'mlm', 'postings.jsonl'),
  skills: join(shared, 'data', 'skills', 'skillspan', 'train.conll'),
};

/** Ends the process with code 2, saying which of these paths are not there; does nothing where all are. */
export function requirePaths(names) {
  const absent = names.map((name) => paths[name]).filter((path) => !existsSync(path));
  if (absent.length > 0) leave(`${absent.join(' and ')} not found`);
}

/** Ends the process with code 2 because something is missing. */
export function leave(missing) {
  console.error(`the benchmark cannot run: ${missing}`);
  process.exit(2);
}
