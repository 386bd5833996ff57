import { trainWordPiece } from '@attune/tokenizer';
import { expect, it } from 'vitest';
import { encodeTexts } from './examples';

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
