import { expect, it } from 'vitest';
import { matchTensorNames } from './names';

const norm = 'bert.embeddings.LayerNorm';

it('takes exact names first and reports the rest', () => {
  const file = ['classifier.bias', `${norm}.gamma`, `${norm}.weight`, 'cls.predictions.bias'];
  const match = matchTensorNames(file, [`${norm}.weight`, 'classifier.weight', 'classifier.bias'], 'bert');
  expect(match.from.get(`${norm}.weight`)).toBe(`${norm}.weight`);
  expect(match.from.get('classifier.bias')).toBe('classifier.bias');
  expect(match.missing).toEqual(['classifier.weight']);
  expect(match.unexpected).toEqual([`${norm}.gamma`, 'cls.predictions.bias']);
});

it.each([
  ['embeddings.LayerNorm.weight', `${norm}.weight`],
  [`${norm}.gamma`, `${norm}.weight`],
  ['embeddings.LayerNorm.beta', `${norm}.bias`],
  ['bert.pooler.dense.weight', 'pooler.dense.weight'],
])('finds %s for %s', (inFile, expected) => {
  const { from, missing, unexpected } = matchTensorNames([inFile], [expected], 'bert');
  expect([from.get(expected), missing, unexpected]).toEqual([inFile, [], []]);
});

it('takes gamma and beta for a norm only', () => {
  expect(matchTensorNames(['classifier.beta'], ['classifier.bias'], 'bert').missing).toEqual(['classifier.bias']);
});

it('passes over saved buffers without a word', () => {
  const buffers = [
    'position_ids',
    'embeddings.position_ids',
    'bert.embeddings.position_ids',
    'model.layers.0.self_attn.rotary_emb.inv_freq',
  ];
  expect(matchTensorNames(buffers, [], 'bert').unexpected).toEqual([]);
  expect(matchTensorNames(['my_position_ids'], [], 'bert').unexpected).toEqual(['my_position_ids']);
});
