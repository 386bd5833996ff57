import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadTokenizer } from '.';

/**
 * Directories as each version's `save_pretrained` writes them, with the ids of some texts: see peers/make_fixtures.py.
 */
const fixtures = fileURLToPath(new URL('../../../models/fixtures/', import.meta.url));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
});
afterEach(() => rm(directory, { recursive: true }));

async function recorded(source: string): Promise<{ texts: string[]; ids: number[][] }> {
  return JSON.parse(await readFile(join(source, 'logits.json'), 'utf8'));
}

const unpadded = { truncation: { maxLength: 64 }, padding: false } as const;

describe.each(['transformers-4', 'transformers-5'])('a directory saved by %s', (version) => {
  // The tokenizer's class is BertTokenizer in the first, and that of any tokenizer.json in the second.
  it.each(['bert-sequence', 'distilbert-token'])('%s has its tokens', async (name) => {
    const source = join(fixtures, version, name);
    const { texts, ids } = await recorded(source);
    const tokenizer = await loadTokenizer(source);
    expect(texts.map((text) => Array.from(tokenizer.encode(text, unpadded).ids))).toEqual(ids);
    expect(tokenizer.modelMaxLength).toBe(64);
    expect([tokenizer.padId, tokenizer.unkId, tokenizer.clsId, tokenizer.sepId, tokenizer.maskId]).toEqual([
      0, 1, 2, 3, 4,
    ]);
  });
});

it('has the same tokens where transformers 4 saved no tokenizer.json', async () => {
  const source = join(fixtures, 'transformers-4', 'bert-sequence');
  for (const name of ['vocab.txt', 'tokenizer_config.json', 'special_tokens_map.json'])
    await cp(join(source, name), join(directory, name));
  const { texts, ids } = await recorded(source);
  const tokenizer = await loadTokenizer(directory);
  expect(texts.map((text) => Array.from(tokenizer.encode(text, unpadded).ids))).toEqual(ids);
});
