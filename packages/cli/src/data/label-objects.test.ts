import { describe, expect, it } from 'vitest';
import { fileIn, temporaryDirectory } from '../../test/files';
import { listOf } from './label-objects';
import { readLabeledParts } from './labeled-parts';
import { planParts } from './parts';

describe('listOf', () => {
  it.each([
    ['{"choices":["a","b"]}', '["a","b"]'],
    ['{"farm":1.0,"code":0.0}', '["farm"]'],
    ['{"farm":true,"code":0.7,"law":0.2}', '["farm","code"]'],
    ['{"farm":0}', '[]'],
    ['{"name":"farm"}', '{"name":"farm"}'],
    ['{"farm":3}', '{"farm":3}'],
    ['{}', '{}'],
    ['{brace', '{brace'],
    ['farm', 'farm'],
  ])('reads %s as %s', (text, list) => {
    expect(listOf(text)).toBe(list);
  });
});

it('labels in objects are read as lists of labels', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const isFarm = i % 2 === 0;
    return JSON.stringify({ text: `text ${i}`, cats: { farm: isFarm ? 1 : 0, code: isFarm ? 0 : 1 } });
  });
  const data = fileIn(temporaryDirectory(), 'cats.jsonl', rows.join('\n'));
  const columns = { text: 'text', label: 'cats' };
  const { train } = await readLabeledParts({ data, columns, plan: planParts({}), seed: 42, onNote: () => {} });
  expect([...new Set(train.labels)].sort()).toEqual(['code', 'farm']);
});
