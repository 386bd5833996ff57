import { trainWordPiece } from '@attune/tokenizer';
import { expect, it } from 'vitest';
import { countCut, encodeTexts } from './examples';

const tokenizer = trainWordPiece(['wheat and cargo, wheat and cargo'], { vocabSize: 300 });
const plain = ({ ids, typeIds }: { ids: ArrayLike<number>; typeIds?: ArrayLike<number> }) => ({
  ids: [...Array.from(ids)],
  typeIds: typeIds && Array.from(typeIds),
});

it('lays a pair out as the tokenizer does: two segments, the longer text cut first', () => {
  const { clsId, sepId } = tokenizer;
  const [wheat, and, cargo] = ['wheat', 'and', 'cargo'].map((word) => tokenizer.tokenToId(word));
  const [pair, text] = encodeTexts(tokenizer, [['wheat and', 'cargo'], 'wheat'], 64).map(plain);
  expect(pair).toEqual({ ids: [clsId, wheat, and, sepId, cargo, sepId], typeIds: [0, 0, 0, 0, 1, 1] });
  expect(text.ids).toEqual([clsId, wheat, sepId]);
  const [cut] = encodeTexts(tokenizer, [['wheat and', 'cargo']], 5).map(plain);
  expect(cut).toEqual({ ids: [clsId, wheat, sepId, cargo, sepId], typeIds: [0, 0, 0, 1, 1] });
});

it('counts the texts that are cut, not those that just fit', () => {
  const texts = ['wheat cargo', 'wheat and cargo', 'wheat and cargo and', 'wheat'];
  const sequences = encodeTexts(tokenizer, texts, 5);
  expect(sequences.map(({ ids }) => ids.length)).toEqual([4, 5, 5, 3]);
  expect(countCut(tokenizer, texts, { sequences, maxLength: 5 })).toBe(1);
  const pairs = [
    ['wheat and', 'cargo'],
    ['wheat', 'and'],
  ] as const;
  const encoded = encodeTexts(tokenizer, pairs, 5);
  expect(countCut(tokenizer, pairs, { sequences: encoded, maxLength: 5 })).toBe(1);
});
