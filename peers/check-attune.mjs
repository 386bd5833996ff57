// Loads what Python's transformers saved, and compares logits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { largestDifference, logitsOf } from './logits.mjs';

/** One result for each directory that `save_models.py` wrote: how far logits differ, and whether it loaded clean. */
export async function checkAttune(directory, { engine }) {
  const results = [];
  for (const name of readdirSync(directory).sort()) {
    const source = join(directory, name);
    const { task, texts, ids, labels, logits } = JSON.parse(readFileSync(join(source, 'logits.json'), 'utf8'));
    const ours = await logitsOf(source, { task, texts, engine });
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    const clean =
      ours.initialized.length === 0 &&
      ours.unexpected.length === 0 &&
      same(ours.ids, ids) &&
      (labels === null || same(ours.model.config.labels, labels));
    results.push({ name, texts: texts.length, difference: largestDifference(ours.logits, logits), clean });
  }
  return results;
}
