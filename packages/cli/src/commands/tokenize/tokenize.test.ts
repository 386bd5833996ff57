import { join } from 'node:path';
import { tokenizerFromVocab } from '@attune/tokenizer';
import { saveTokenizer } from '@attune/tokenizer/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { fileIn, temporaryDirectory } from '../../../test/files';

const VOCAB = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'night', 'nurse', '##s', 'wanted'];

describe('attune tokenize', () => {
  const directory = temporaryDirectory(afterAll);
  let tokenizer: string;
  beforeAll(async () => {
    tokenizer = join(directory, 'tokenizer');
    await saveTokenizer(tokenizerFromVocab(VOCAB.join('\n'), { lowercase: true }), tokenizer);
  });
  const tokenize = (...flags: string[]) => attune(['tokenize', '--tokenizer', tokenizer, ...flags]);
  const parsed = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));

  it('prints ids, tokens and offsets of every line, blank ones too', async () => {
    const { code, stdout } = await tokenize('--input', fileIn(directory, 'some.txt', 'Night nurses\n\n😀 wanted\n'));
    expect(code).toBe(0);
    expect(parsed(stdout)).toEqual([
      {
        ids: [2, 5, 6, 7, 3],
        tokens: ['[CLS]', 'night', 'nurse', '##s', '[SEP]'],
        offsets: [
          [0, 0],
          [0, 5],
          [6, 11],
          [11, 12],
          [0, 0],
        ],
      },
      {
        ids: [2, 3],
        tokens: ['[CLS]', '[SEP]'],
        offsets: [
          [0, 0],
          [0, 0],
        ],
      },
      {
        ids: [2, 1, 8, 3],
        tokens: ['[CLS]', '[UNK]', 'wanted', '[SEP]'],
        offsets: [
          [0, 0],
          [0, 2],
          [3, 9],
          [0, 0],
        ],
      },
    ]);
  });

  it('reads standard input, and more texts than are held at a time, in order', async () => {
    const words = Array.from({ length: 1200 }, (_, i) => (i % 7 === 0 ? 'nurse' : 'night'));
    const { stdout } = await attune(['tokenize', '--tokenizer', tokenizer], { stdin: words.join('\n') });
    expect(parsed(stdout).map(({ tokens }) => tokens[1])).toEqual(words);
  });

  it('reads texts and pairs of JSON lines', async () => {
    const lines = '{"text": "night"}\n{"text": "night", "pair": "nurse", "id": 7}\n';
    const { stdout } = await tokenize('--input', fileIn(directory, 'pairs.jsonl', lines));
    expect(parsed(stdout).map(({ ids }) => ids)).toEqual([
      [2, 5, 3],
      [2, 5, 3, 6, 3],
    ]);
  });

  it("shows all of a text whatever the tokenizer's file says, and says what that says", async () => {
    const json = {
      ...tokenizerFromVocab(VOCAB.join('\n'), { lowercase: true }).toJson(),
      truncation: { max_length: 4, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
      padding: {
        strategy: { Fixed: 4 },
        direction: 'Right',
        pad_to_multiple_of: null,
        pad_id: 0,
        pad_type_id: 0,
        pad_token: '[PAD]',
      },
    };
    const place = temporaryDirectory();
    fileIn(place, 'tokenizer.json', JSON.stringify(json));
    const input = fileIn(place, 'some.txt', `nurse\n${'night '.repeat(298)}\nworker nurse\n`);
    const all = ['tokenize', '--tokenizer', place, '--input', input];
    const { stdout, stderr } = await attune(all);
    expect(parsed(stdout).map(({ ids }) => ids)).toEqual([
      [2, 6, 3],
      [2, ...Array(298).fill(5), 3],
      [2, 1, 6, 3],
    ]);
    expect(stderr).toContain(
      `note: ${place}: tokenizer.json truncates texts at 4 tokens and pads them; here texts are whole`,
    );
    const stats = await attune([...all, '--stats']);
    expect(stats.stdout.split('\n').slice(0, 4)).toEqual([
      '3 texts, 307 tokens with special tokens, 102.3 per text',
      'lengths  50 % ≤ 4, 90 % ≤ 300, 95 % ≤ 300, 99 % ≤ 300, 100 % ≤ 300',
      'cut      33.33 % at 128, 33.33 % at 256, 0.00 % at 512',
      'unknown  0.33 % of the tokens',
    ]);
  });

  it('names the file and the line of what it cannot read', async () => {
    const untitled = await tokenize('--input', fileIn(directory, 'untitled.jsonl', '{"text": "a"}\n{"title": "b"}\n'));
    expect(untitled.code).toBe(1);
    expect(untitled.stderr).toContain('untitled.jsonl line 2: expected an object with "text", got the keys title');
    const other = await tokenize('--input', fileIn(directory, 'table.csv', 'text\na\n'));
    expect([other.code, other.stderr]).toEqual([
      1,
      expect.stringContaining('got a file that ends in .csv; write its texts as'),
    ]);
    const lines = await tokenize('--input', fileIn(directory, 'lines.ndjson', '{"text": "a"}\n'));
    const same = await tokenize('--input', fileIn(directory, 'same.jsonl', '{"text": "a"}\n'));
    expect([lines.code, lines.stdout]).toEqual([0, same.stdout]);
    const broken = await tokenize('--input', fileIn(directory, 'broken.jsonl', '{"text": "a"}\n\n{"text"\n'));
    expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('broken.jsonl line 3: ')]);
    const absent = await tokenize('--input', join(directory, 'absent.txt'));
    expect([absent.code, absent.stderr]).toEqual([1, expect.stringContaining('absent.txt')]);
    const nowhere = await attune(['tokenize', '--tokenizer', join(directory, 'nowhere')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining('nowhere: expected tokenizer.json')]);
  });
});
