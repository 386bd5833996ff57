import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { hasGoldens, readShared } from './_goldens';
import { tokenizerFromJson } from './tokenizer-from-json';

const data = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const NAMES = ['bert-base-uncased', 'bert-base-cased', 'gpt2-style', 'llama2-32k', 'llama3-style'];

/** Every line of every text file, as it stands. */
function* linesOfAll(directory: string): Generator<string[]> {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || /\.(?:parquet|gz|zip|bin|png)$/.test(entry.name)) continue;
    yield readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n');
  }
}

describe.skipIf(!hasGoldens)('all of the shared data (needs ../shared)', () => {
  it.each(NAMES)('gets from encodeBatch the ids and offsets of encode, %s', (name) => {
    const tokenizer = tokenizerFromJson(readShared(`weights/tokenizers/${name}/tokenizer.json`));
    let texts = 0;
    for (const lines of linesOfAll(data)) {
      const { ids, starts, offsets } = tokenizer.encodeBatch(lines, { offsets: true });
      for (const [i, line] of lines.entries()) {
        const encoding = tokenizer.encode(line);
        const [start, end] = [starts[i], starts[i + 1]];
        const same =
          equal(ids.subarray(start, end), encoding.ids) &&
          equal(offsets.subarray(2 * start, 2 * end), encoding.offsets);
        if (!same) expect.fail(`encodeBatch differs from encode: ${JSON.stringify(line)}`);
        texts++;
      }
    }
    expect(texts).toBeGreaterThan(10_000);
  });
});

function equal(a: Int32Array, b: Int32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
