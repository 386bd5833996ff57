import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../test/failure';
import { parseConll } from './conll';

describe('parseConll', () => {
  it('reads sentences, documents and their lines', () => {
    const text =
      '-DOCSTART- -X- O O\n\nEU NNP I-NP B-ORG\r\nrejects VBZ I-VP O\r\n\n\n-DOCSTART- -X- O O\n\nPeter NNP I-NP B-PER\n';
    expect(parseConll(text)).toEqual([
      { line: 3, document: 0, words: ['EU', 'rejects'], tags: ['B-ORG', 'O'] },
      { line: 9, document: 1, words: ['Peter'], tags: ['B-PER'] },
    ]);
  });

  it('takes the columns asked for, from either end', () => {
    const text = '1\tEU\tB-ORG\tx\n2\trejects\tO\tx\n';
    const expected = [{ line: 1, document: 0, words: ['EU', 'rejects'], tags: ['B-ORG', 'O'] }];
    expect(parseConll(text, { tokenColumn: 1, tagColumn: 2 })).toEqual(expected);
    expect(parseConll(text, { tokenColumn: -3, tagColumn: -2 })).toEqual(expected);
  });

  it('leaves comments out, and keeps words that begin with #', () => {
    const comments = '# newdoc id = 1\n# text = # 1\n# O\n1 O\n\n#two comment words\n#tag B-A\n# O\n';
    expect(parseConll(comments)).toEqual([
      { line: 3, document: 0, words: ['#', '1'], tags: ['O', 'O'] },
      { line: 7, document: 0, words: ['#tag', '#'], tags: ['B-A', 'O'] },
    ]);
    expect(parseConll('# O\nword\tO\n')).toEqual([{ line: 2, document: 0, words: ['word'], tags: ['O'] }]);
  });

  it('keeps words with white space in them', () => {
    expect(parseConll('10\u00a0000 O\n')[0].words).toEqual(['10\u00a0000']);
    expect(parseConll('New York\tB-LOC\n')[0].words).toEqual(['New York']);
  });

  it.each(['\u00a0', '\u3000', '\ufeff', '\u2028', '\u2003', '\u0085', '\u200b', '\u00ad'])(
    'keeps the word %j, which is white space or nothing to see',
    (word) => {
      for (const separator of ['\t', ' '])
        expect(parseConll(`Ada${separator}O\n${word}${separator}O\n`)[0].words).toEqual(['Ada', word]);
      const alone = parseConll(`Ada\n${word}\n \nend\n`);
      expect(alone.map(({ words }) => words)).toEqual([['Ada', word], ['end']]);
    },
  );

  const ud = (id: string, form: string, tag: string) => [id, form, form, tag, ...Array(6).fill('_')].join('\t');
  const universal = [
    ['#', ...Array(9).fill('x')].join('\t'),
    ud('1-2', 'vámonos', '_'),
    ud('1', 'vamos', 'VERB'),
    ud('2', 'nos', 'PRON'),
    '# a comment within',
    ud('3-4', 'al', '_'),
    ud('3', 'a', 'ADP'),
    ud('4', 'el', 'DET'),
    ud('4.1', 'vacío', 'VERB'),
    '',
    ud('1', 'mar', 'NOUN'),
    '',
  ].join('\n');

  it('takes neither ranges, empty nodes nor comments of CoNLL-U for words, and says on which lines words stand', () => {
    const expected = [
      {
        line: 3,
        document: 0,
        words: ['vamos', 'nos', 'a', 'el'],
        tags: ['VERB', 'PRON', 'ADP', 'DET'],
        lines: [3, 4, 7, 8],
      },
      { line: 11, document: 0, words: ['mar'], tags: ['NOUN'] },
    ];
    expect(parseConll(universal, { tokenColumn: 1, tagColumn: 3 })).toEqual(expected);
    expect(parseConll(universal, { tagColumn: 3, conllu: true })).toEqual(expected);
    expect(parseConll('1-2 x O\n1 y O\n', { tokenColumn: 1, conllu: true })[0].words).toEqual(['y']);
  });

  it('keeps such words of other files', () => {
    expect(parseConll('1-2 O\n8.1 O\n')[0].words).toEqual(['1-2', '8.1']);
    expect(parseConll('1\tO\n1-2\tO\n#\tO\n', { conllu: true })[0].words).toEqual(['1', '1-2', '#']);
    expect(
      parseConll(universal.replace(/^# .*\n/m, ''), { conllu: false, tokenColumn: 1, tagColumn: 3 })[0].words,
    ).toContain('vacío');
  });

  it('names columns as it is told', () => {
    const options = { columnNames: { token: '--text', tag: '--label' }, where: 'x.conll' };
    expect(failure(() => parseConll('a\tO\n \tO\n', options))).toMatchObject({
      code: 'DATA_FIELDS',
      message: expect.stringContaining('x.conll line 2: expected a word and its tag, got an empty column 0 (--text)'),
    });
  });

  it('reads back what was written, whatever the words', () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\s\ufeff]/u.test(text));
    const rows = fc.array(fc.record({ word, tag: fc.constantFrom('O', 'B-A', 'I-A') }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(rows, { minLength: 1 }), fc.constantFrom('\t', ' '), (sentences, separator) => {
        fc.pre(!sentences.some(([first]) => first.word === '-DOCSTART-' || first.word.startsWith('#')));
        const text = sentences
          .map((own) => own.map(({ word, tag }) => `${word}${separator}${tag}\n`).join(''))
          .join('\n');
        expect(parseConll(text).map(({ words, tags }) => words.map((own, i) => ({ word: own, tag: tags[i] })))).toEqual(
          sentences,
        );
      }),
    );
  });

  it.each([
    [
      'another number of columns',
      'a O\nb\n',
      'DATA_FIELDS',
      'x.conll line 2: expected 2 columns, as in the first line of words, got 1',
    ],
    ['a ragged line that begins with #', 'a O\n# x y\n', 'DATA_FIELDS', 'x.conll line 2: expected 2 columns'],
    ['spaces among tabs', 'a\tO\nb O\n', 'DATA_FIELDS', 'x.conll line 2: expected 2 columns'],
    [
      'an empty tag',
      'a\tO\nb\t\n',
      'DATA_FIELDS',
      'x.conll line 2: expected a word and its tag, got an empty column -1 (tagColumn)',
    ],
    [
      'a column that is not there',
      '\na O\n',
      'DATA_COLUMN_MISSING',
      'x.conll line 2: expected a column 2 (tokenColumn), got 2 columns',
    ],
    ['an empty file', '\n# nothing\n-DOCSTART- O\n', 'DATA_EMPTY', 'x.conll: expected rows of data'],
  ])('refuses %s', (name, text, code, message) => {
    const options = { where: 'x.conll', tokenColumn: name.startsWith('a column') ? 2 : 0 };
    expect(failure(() => parseConll(text, options))).toMatchObject({
      name: 'AttuneError',
      code,
      message: expect.stringContaining(message),
    });
  });

  it('answers any text with sentences or an AttuneError that names the input', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '#', ' ', '\t', '\n', '\r', '-DOCSTART-', '\ufeff') });
    fc.assert(
      fc.property(text, (input) => {
        const error = failure(() => parseConll(input, { where: 'x.conll' }));
        if (error !== undefined)
          expect(error).toMatchObject({ name: 'AttuneError', message: expect.stringMatching(/^x\.conll/) });
      }),
      { numRuns: 500 },
    );
  });
});

it('reads tags without what nobody sees around them, but for one who wants it', () => {
  const text = 'Ada B-PER\u00a0\nwrote \u200bO\n';
  expect(parseConll(text)[0].tags).toEqual(['B-PER', 'O']);
  expect(parseConll(text, { verbatimTags: true })[0].tags).toEqual(['B-PER\u00a0', '\u200bO']);
  expect(parseConll('Ada\n\u200b\n')[0].words).toEqual(['Ada', '\u200b']);
  expect(() => parseConll('Ada B-PER\nwrote \u200b\n')).toThrow('line 2: expected a word and its tag');
});
