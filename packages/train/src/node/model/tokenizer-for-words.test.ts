import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trainBpe } from '@attune/tokenizer';
import { loadTokenizer, saveTokenizer } from '@attune/tokenizer/node';
import { expect, it } from 'vitest';
import { forWords } from './tokenizer-for-words';

const bpe = trainBpe(Array(20).fill('we know Java, C++ and Java'), { vocabSize: 300 });

it('puts a space before each word of a tokenizer that spells in bytes, and none where the text has none', () => {
  const spaced = forWords(bpe);
  const idsOf = (words: string[], joined?: boolean[]) =>
    Array.from(spaced.encodeWords(words, { joined, addSpecialTokens: false }).ids);
  const idsOfText = (text: string) => Array.from(bpe.encode(text, { addSpecialTokens: false }).ids);
  expect(idsOf(['know', 'Java'])).toEqual(idsOfText(' know Java'));
  expect(idsOf(['Java', ',', 'Java'], [false, true, false])).toEqual(idsOfText(' Java, Java'));
  expect(idsOf(['Java', ',', 'Java'])).toEqual(idsOfText(' Java , Java'));
  expect(forWords(spaced)).toBe(spaced);
});

it('keeps that when it is saved, for Python too', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-words-'));
  await saveTokenizer(forWords(bpe), directory);
  expect(JSON.parse(readFileSync(join(directory, 'tokenizer_config.json'), 'utf8')).add_prefix_space).toBe(true);
  const loaded = await loadTokenizer(directory);
  expect(loaded.encodeWords(['know']).ids).toEqual(forWords(bpe).encodeWords(['know']).ids);
  rmSync(directory, { recursive: true });
});
