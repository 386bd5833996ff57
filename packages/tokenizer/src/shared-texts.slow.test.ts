import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeWith } from '../test/needs';
import { readShared, shared, sharedPath } from '../test/shared';
import { tokenizerFromJson } from './load/from-json';

const names = ['bert-base-uncased', 'bert-base-cased', 'gpt2-style', 'llama2-32k', 'llama3-style'];

/** Every line of every text file, as it stands. */
function* linesOfAll(directory: string): Generator<string[]> {
  for (const entry of readdirSync(directory, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || /\.(?:parquet|gz|zip|bin|png)$/.test(entry.name)) continue;
    yield readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n');
  }
}

describeWith([shared], 'all of the shared data', () => {
  it.each(names)('gets from encodeBatch the ids and offsets of encode, %s', (name) => {
    const tokenizer = tokenizerFromJson(readShared(`weights/tokenizers/${name}/tokenizer.json`));
    let texts = 0;
    for (const lines of linesOfAll(sharedPath('data'))) {
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
