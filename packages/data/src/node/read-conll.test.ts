import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rejection } from '../../test/failure';
import { describeWithShared } from '../../test/shared';
import { parseConll } from '../readers/conll';
import { readConll } from './read-conll';

const folder = mkdtempSync(join(tmpdir(), 'attune-conll-'));
afterAll(() => rmSync(folder, { recursive: true }));

const text = '# a file\n\nÉire B-LOC\nwins O\n\nAda B-PER';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size);
}

describe('readConll', () => {
  it('reads a file, and standard input in pieces of any size, as parseConll reads the text', async () => {
    const path = join(folder, 'a.conll');
    writeFileSync(path, text);
    expect(await readConll(path)).toEqual(parseConll(text));
    for (let size = 1; size < 9; size++)
      expect(await readConll('-', { stdin: inPieces(new TextEncoder().encode(text), size) })).toEqual(parseConll(text));
  });

  it('reads lines that all end in a carriage return alone, which is noted', async () => {
    const own = text.replaceAll('\n', '\r');
    const path = join(folder, 'cr.conll');
    writeFileSync(path, own);
    const notes: string[] = [];
    const onNote = (note: string) => notes.push(note);
    expect(await readConll(path, { onNote })).toEqual(parseConll(text));
    expect(parseConll(own, { onNote })).toEqual(parseConll(text));
    const said = 'lines end in a lone carriage return (CR); each is a word';
    expect(notes).toEqual([`${path}: ${said}`, `CoNLL: ${said}`]);
    for (const each of [own, text.replaceAll('\n', '\r\n')])
      for (let size = 1; size < 9; size++)
        expect(await readConll('-', { stdin: inPieces(new TextEncoder().encode(each), size) })).toEqual(
          parseConll(text),
        );
  });

  it('refuses lines of both ends, but for a word that is a carriage return', async () => {
    for (const [mixed, line] of [
      ['a O\rb O\n\nc O\n', 1],
      ['a O\nb O\r\rc O\nd O\n', 2],
      ['a\nb\rc\n', 2],
    ] as const)
      expect(() => parseConll(mixed)).toThrow(new RegExp(`CoNLL line ${line}: .*lone carriage return \\(CR\\)`));
    expect(parseConll('a\tO\n\r\tO\nb\tO\r\r\n')[0]).toMatchObject({ words: ['a', '\r', 'b'], tags: ['O', 'O', 'O'] });
  });

  it('reads the words of CoNLL-U where their column is not chosen', async () => {
    const path = join(folder, 'a.conllu');
    writeFileSync(path, '1\tzu\tzu\tADP\t_\t_\t2\tcase\t_\t_\n');
    expect((await readConll(path, { tokenColumn: undefined, tagColumn: 3 }))[0]).toMatchObject({
      words: ['zu'],
      tags: ['ADP'],
    });
  });

  it('names file and line of what is wrong', async () => {
    const path = join(folder, 'b.conll');
    writeFileSync(path, 'a O\n\nb O O\n');
    const wrong = await rejection(readConll(path));
    expect(wrong).toMatchObject({
      code: 'DATA_FIELDS',
      message: expect.stringContaining(`${path} line 3: expected 2`),
    });
    writeFileSync(path, '\n');
    expect(await rejection(readConll(path))).toMatchObject({ code: 'DATA_EMPTY' });
    expect(await rejection(readConll(join(folder, 'none.conll')))).toMatchObject({ code: 'DATA_NOT_FOUND' });
  });
});

describeWithShared('data', 'readConll on whole corpora', (folder) => {
  it.each([
    ['ner/conll2003/dev', 3250, 51362],
    ['skills/skillspan/dev', 3174, 40057],
    ['skills/green/dev', 960, 23435],
  ])('reads %s, %d sentences and %d words', async (name, sentences, words) => {
    const read = await readConll(join(folder, `${name}.conll`));
    expect([read.length, read.reduce((sum, own) => sum + own.words.length, 0)]).toEqual([sentences, words]);
  });
});
