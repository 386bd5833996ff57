import { describe, expect, it } from 'vitest';
import { wordPiece } from './wordpiece';

const vocabulary = new Map([
  ['[UNK]', 0],
  ['ba', 1],
  ['##na', 2],
  ['##nan', 3],
  ['𝐚', 4],
  ['##𝐚', 5],
]);
const model = wordPiece({ vocabulary, unkId: 0, continuingSubwordPrefix: '##', maxInputCharsPerWord: 5 });

describe('wordPiece', () => {
  it('takes the longest piece each time', () => {
    expect(model.tokenize('banana')).toEqual([{ id: 0, end: 6 }]);
    expect(model.tokenize('bana')).toEqual([
      { id: 1, end: 2 },
      { id: 2, end: 4 },
    ]);
  });

  it('knows no word of which a part is unknown, even where shorter pieces would have fitted', () => {
    expect(model.tokenize('nana')).toEqual([{ id: 0, end: 4 }]);
    expect(model.tokenize('banan')).toEqual([
      { id: 1, end: 2 },
      { id: 3, end: 5 },
    ]);
  });

  it('counts code points, not UTF-16 units, towards the longest word', () => {
    expect(model.tokenize('𝐚𝐚𝐚𝐚𝐚').map(({ id }) => id)).toEqual([4, 5, 5, 5, 5]);
    expect(model.tokenize('𝐚𝐚𝐚𝐚𝐚𝐚')).toEqual([{ id: 0, end: 12 }]);
  });
});
