import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indicatorsIn, listLiteral, scalarIn, wordsIn } from './list-literal';
import { problems } from './problems';

const strings = (...items: string[]) => ({ items, kind: 'strings' });
const numbers = (...items: string[]) => ({ items, kind: 'numbers' });

describe('listLiteral', () => {
  it.each([
    ['["a;b", "c", 3]', strings('a;b', 'c', '3')],
    [`['java', "it's", 'x\\'y']`, strings('java', "it's", "x'y")],
    ["('java', 'sql')", strings('java', 'sql')],
    ["('java',)", strings('java')],
    [" {'java', 'sql'} ", strings('java', 'sql')],
    ["['java' 'sql'\n 'c, d']", strings('java', 'sql', 'c, d')],
    ["array(['java', 'sql'], dtype=object)", strings('java', 'sql')],
    ["array(['java', 'sql'],\n      dtype='<U4')", strings('java', 'sql')],
    ["[np.str_('java'), np.str_('sql')]", strings('java', 'sql')],
    ["frozenset({'java'})", strings('java')],
    ["['java', None, nan]", strings('java')],
    ["[u'caf\\xe9', 'b\\u00e9']", strings('café', 'bé')],
    ['[1, 0]', numbers('1', '0')],
    ['[1. 0. 1.]', numbers('1.', '0.', '1.')],
    ['(True, False)', numbers('True', 'False')],
    ['[np.int64(1), np.int64(0)]', numbers('1', '0')],
    ['[java, c#]', { items: ['java', 'c#'], kind: 'words' }],
    ['tensor([1, 0])', numbers('1', '0')],
    ["torch.tensor([1., 0.], device='cuda:0')", numbers('1.', '0.')],
    ['tf.Tensor([1 0], shape=(2,), dtype=int32)', numbers('1', '0')],
    ["Index(['java', 'sql'], dtype='object')", strings('java', 'sql')],
    ['[1, null]', { ...numbers('1'), missing: 1 }],
    ['[nan  0.]', { ...numbers('0.'), missing: 1 }],
    ['[]', { items: [], kind: 'empty' }],
    ['set()', { items: [], kind: 'empty' }],
    ['array([], dtype=float64)', { items: [], kind: 'empty' }],
  ])('reads %s', (field, list) => {
    expect(listLiteral(field)).toEqual(list);
  });

  it.each([
    "['java', 'sq",
    "['a' 'b' ... 'z']",
    '[0 1 ... 1]',
    '[0, 1,  ..., 1, 0]',
    '[1, 0, 0, 1',
    'tensor([0, 1,  ..., 1])',
    'array([0, 1, ..., 1], dtype=int32)',
    "Index(['java', 'sq",
    '{"toxic": 1}',
    '[["a"], ["b"]]',
    '[{"name": "a"}]',
    "['a'; 'b']",
    "['a'] ['b']",
  ])('takes %s for a list that is broken', (field) => {
    expect(listLiteral(field)).toBe('broken');
  });

  it.each([
    'java',
    'java, sql',
    '(unknown)',
    '[other]',
    '(2)',
    '{x}',
    'food (fruit, vegetables)',
    '[not JSON;b',
    '[a] and [b]',
    '',
  ])('leaves %j as it is', (field) => {
    expect(listLiteral(field)).toBeUndefined();
  });

  it('reads what JSON writes, whatever the strings', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1 }), (items) => {
        expect(listLiteral(JSON.stringify(items))).toEqual(strings(...items));
      }),
    );
  });
});

it.each([
  ['[1.0, 0.0]', [true, false]],
  ['[0 1 1]', [false, true, true]],
  ['1,0,0', [true, false, false]],
  ['0 1', [false, true]],
  ['[true, false]', [true, false]],
  ['[1]', [true]],
  ['[]', undefined],
  ['[1, 2]', undefined],
  ['[1, null]', undefined],
  ['tensor([1, 0])', [true, false]],
  ["['1', '0']", undefined],
  ['1', undefined],
])('a vector of 0 and 1 in %s', (field, vector) => {
  expect(indicatorsIn(field)).toEqual(vector);
});

it.each([
  ['[machine learning, sql]', ['machine learning', 'sql']],
  ['[sql]', ['sql']],
  ['{java,sql}', ['java', 'sql']],
  ['[1, 0]', undefined],
  ['[0 1]', undefined],
  ['[]', undefined],
  ["['sql']", undefined],
  ['(sql)', undefined],
  ['{sql: 1}', undefined],
])('names without quotes in %s', (field, names) => {
  expect(wordsIn(field)).toEqual(names);
});

it.each([
  ['tensor(1)', '1'],
  ["tensor(1., device='cuda:0')", '1.'],
  ['np.int64(3)', '3'],
  ["np.str_('java')", 'java'],
  ['count(1)', 'count(1)'],
  ['java', 'java'],
])('the value in %s', (text, value) => {
  expect(scalarIn(text)).toBe(value);
});

it("keeps the names of a vector's places in their order", () => {
  const names = Array.from({ length: 12 }, (_, i) => `LABEL_${i}`);
  const { labelsOf } = problems.multi_label_classification;
  expect(
    labelsOf(
      names.toReversed().map((name) => [name]),
      () => {},
    ),
  ).toEqual(names);
  expect(labelsOf([['LABEL_10'], ['LABEL_9', 'a']], () => {})).toEqual(['LABEL_10', 'LABEL_9', 'a']);
});
