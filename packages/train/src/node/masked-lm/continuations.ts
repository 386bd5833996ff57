import type { Tokenizer } from '@attune/tokenizer';

/** Marks of tokens: of one that continues a word (WordPiece), or of one that begins a word (byte-level BPE, SentencePiece). */
const marks = [
  { mark: '##', begins: false },
  { mark: 'Ġ', begins: true },
  { mark: '▁', begins: true },
] as const;

/** Line break, carriage return and tab in byte-level BPE. */
const breaks = /^[ĊčĉĠ]/;

/**
 * Which tokens continue the word of the previous token, by the mark that most tokens of the vocabulary have. As in fairseq, a sign that follows a
 * word without a space belongs to that word where tokens begin with a space. Undefined for a vocabulary without such marks.
 */
export function continuationsOf(
  tokenizer: Pick<Tokenizer, 'vocabSize' | 'idToToken'>,
): ((id: number) => boolean) | undefined {
  const tokens = Array.from({ length: tokenizer.vocabSize }, (_, id) => tokenizer.idToToken(id) ?? '');
  const counts = marks.map(({ mark }) => tokens.filter((token) => token.startsWith(mark)).length);
  const most = Math.max(...counts);
  if (most === 0) return undefined;
  const { mark, begins } = marks[counts.indexOf(most)];
  const continues = (token: string) =>
    begins ? token !== '' && !token.startsWith(mark) && !breaks.test(token) : token.startsWith(mark);
  const known = Uint8Array.from(tokens, (token) => Number(continues(token)));
  return (id) => known[id] === 1;
}
