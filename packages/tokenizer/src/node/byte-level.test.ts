import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TokenizerJson } from '../json/tokenizer-json';
import { loadTokenizer, saveTokenizer } from '.';

interface Vocabulary {
  readonly vocab: Readonly<Record<string, number>>;
  readonly merges: readonly string[];
}

interface Fixture {
  readonly vocabularies: Readonly<Record<string, Vocabulary>>;
  /** What transformers makes of the files: see fixtures/make_byte_level.py. */
  readonly cases: readonly {
    readonly name: string;
    readonly vocabulary: string;
    readonly files: Readonly<Record<string, object>>;
    readonly tokenizer: TokenizerJson;
    readonly ids: Readonly<Record<'pad' | 'cls' | 'sep' | 'mask', number | null>>;
    readonly encoded: readonly number[];
  }[];
}

const path = new URL('../../fixtures/byte-level/cases.json', import.meta.url);
const { vocabularies, cases }: Fixture = JSON.parse(await readFile(path, 'utf8'));

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'attune-tokenizer-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, contents: string | object) =>
  writeFile(join(directory, name), typeof contents === 'string' ? contents : JSON.stringify(contents));
async function writeVocabulary({ vocab, merges }: Vocabulary, { header = '#version: 0.2\n' } = {}) {
  await write('vocab.json', vocab);
  await write('merges.txt', `${header}${merges.map((merge) => `${merge}\n`).join('')}`);
}
const fails = (code: string, message: string) =>
  expect(loadTokenizer(directory)).rejects.toThrow(
    expect.objectContaining({ name: 'AttuneError', code, message: expect.stringContaining(message) }),
  );

describe('vocab.json and merges.txt', () => {
  it.each(cases)('$name: as transformers reads them', async ({ vocabulary, files, tokenizer, ids, encoded }) => {
    const { vocab, merges } = vocabularies[vocabulary];
    await writeVocabulary(vocabularies[vocabulary]);
    for (const [name, contents] of Object.entries(files)) await write(name, contents);
    const loaded = await loadTokenizer(directory);
    expect(loaded.toJson()).toEqual({ ...tokenizer, model: { ...tokenizer.model, vocab, merges } });
    const { padId, clsId, sepId, maskId } = loaded;
    const { pad, cls, sep, mask } = ids;
    expect([padId, clsId, sepId, maskId].map((id) => id ?? null)).toEqual([pad, cls, sep, mask]);
    const pair = loaded.encodePair("Night nurse, don't <mask> café", 'the 2024 team\n<|im_start|>');
    expect(Array.from(pair.ids)).toEqual(encoded);
    await saveTokenizer(loaded, join(directory, 'saved'));
    expect((await loadTokenizer(join(directory, 'saved'))).toJson()).toEqual(loaded.toJson());
  });

  it('lose no merge where the first line is one, or ends as on Windows', async () => {
    const { fairseq } = vocabularies;
    await write('config.json', { model_type: 'roberta' });
    await writeVocabulary(fairseq, { header: '' });
    expect((await loadTokenizer(directory)).toJson().model.merges).toEqual(fairseq.merges);
    await write('merges.txt', ['#version: 0.2', ...fairseq.merges, ''].join('\r\n'));
    expect((await loadTokenizer(directory)).toJson().model.merges).toEqual(fairseq.merges);
  });

  it('are refused one without the other, without a class, and damaged', async () => {
    await write('vocab.json', { a: 0 });
    await fails(
      'TOKENIZER_MISSING',
      `${directory}: expected merges.txt in addition to vocab.json, found no such file; copy it`,
    );
    await write('merges.txt', 'a b c\n');
    await fails(
      'TOKENIZER_UNSUPPORTED',
      `${join(directory, 'tokenizer_config.json')}: tokenizer_class expected RobertaTokenizer, LongformerTokenizer, BartTokenizer, GPT2Tokenizer, Qwen2Tokenizer to read vocab.json, got undefined; add it`,
    );
    await write('tokenizer_config.json', { tokenizer_class: 'GPT2Tokenizer' });
    await fails('TOKENIZER_INVALID', `${join(directory, 'vocab.json')}: model.merges[0]`);
    await write('merges.txt', 'a b\n');
    await fails('TOKENIZER_INVALID', 'model.merges[0]');
    await write('vocab.json', { a: 'x' });
    await fails('TOKENIZER_INVALID', 'model.vocab');
    await write('vocab.json', '{"a": 0');
    await fails('TOKENIZER_NOT_JSON', join(directory, 'vocab.json'));
    await rm(join(directory, 'vocab.json'));
    await fails('TOKENIZER_MISSING', 'expected vocab.json in addition to merges.txt, found no such file');
  });
});
