import { unitsOf } from '../unicode/code-points';
import { byteToken, utf8 } from './bytes';
import type { Model, Piece } from './model';
import { remembering } from './remembered';
import { TokenTrie } from './token-trie';

/** Settings of a Unigram model, as `tokenizer.json` has them. */
export interface UnigramOptions {
  /** Tokens in the order of their ids. Of equal tokens the last counts. */
  readonly tokens: readonly string[];
  /** Score of each token, a logarithm of its probability. */
  readonly scores: Float64Array;
  readonly unkId: number;
  /** Whether unknown characters become their bytes, `<0x00>` to `<0xFF>`, if the vocabulary has them. */
  readonly byteFallback: boolean;
}

/** Difference between the lowest score and that of an unknown character. */
const unknownPenalty = 10;

/** Longest word, in UTF-16 units, whose paths go into arrays that are used again. */
const longestReused = 1024;

/**
 * Unigram language model: of all ways to cut a word into tokens, the one with the largest sum of scores (Viterbi).
 *
 * A character without a token may be unknown, with the lowest score minus 10; consecutive unknown characters are one token,
 * or all their bytes. Among paths with equal scores that end at one place, the one whose last token begins first wins.
 *
 * Source: Kudo 2018, "Subword Regularization"; `encode_optimized` in `models/unigram` of Hugging Face tokenizers.
 */
export function unigram({ tokens, scores, unkId, byteFallback }: UnigramOptions): Model {
  const vocabulary = new Map(tokens.map((token, id) => [token, id]));
  const byteIds = byteFallback
    ? Int32Array.from({ length: 256 }, (_, byte) => vocabulary.get(byteToken(byte)) ?? -1)
    : undefined;
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY) - unknownPenalty;
  const trie = trieOf(tokens);
  const reused = paths(longestReused);

  /** Finds the best token that ends at each place of the word. */
  function search(word: string, { sums, starts, ids }: Paths): void {
    const { length } = word;
    starts.fill(-1, 0, length + 1);
    sums[0] = 0;
    for (let start = 0, next = 0; start < length; start = next) {
      const first = word.charCodeAt(start);
      next = start + (first >= 0xd800 && first <= 0xdbff ? 2 : 1);
      const sum = sums[start];
      let isKnown = false;
      let node = trie.root(first);
      for (let end = start + 1; node >= 0; end++) {
        const id = trie.idAt(node);
        if (id >= 0) {
          if (end === next) isKnown = true;
          const total = sum + scores[id];
          if (starts[end] < 0 || total > sums[end]) {
            sums[end] = total;
            starts[end] = start;
            ids[end] = id;
          }
        }
        if (end === length) break;
        node = trie.child(node, word.charCodeAt(end));
      }
      if (isKnown) continue;
      const total = sum + unknownScore;
      if (starts[next] >= 0 && total <= sums[next]) continue;
      sums[next] = total;
      starts[next] = start;
      ids[next] = unkId;
    }
  }

  function tokenizeOnce(word: string): Piece[] {
    const found = word.length > longestReused ? paths(word.length) : reused;
    search(word, found);
    const pieces: Piece[] = []; // from the last to the first
    for (let end = word.length; end > 0; ) {
      let start = found.starts[end];
      if (found.ids[end] === unkId) {
        while (start > 0 && found.ids[start] === unkId) start = found.starts[start];
        pushUnknown(pieces, word, start, end);
      } else pieces.push({ id: found.ids[end], end });
      end = start;
    }
    return pieces.reverse();
  }

  /** Pushes the tokens of what is unknown, backwards. The whole of it may be a token, the unknown one for instance. */
  function pushUnknown(pieces: Piece[], word: string, start: number, end: number): void {
    const known = vocabulary.get(word.slice(start, end));
    const bytes = known === undefined && byteIds ? bytesOf(word, start, end).map((byte) => byteIds[byte]) : [-1];
    if (bytes.includes(-1)) pieces.push({ id: known ?? unkId, end });
    else for (const id of bytes.reverse()) pieces.push({ id, start, end });
  }
  return { unkId, vocabulary, tokens, tokenize: remembering(tokenizeOnce), pieces: tokenizeOnce };
}

/** The best path to each place of a word: its sum of scores, and where its last token begins and which it is. */
interface Paths {
  readonly sums: Float64Array;
  /** -1 where no path ends. */
  readonly starts: Int32Array;
  readonly ids: Int32Array;
}

function paths(length: number): Paths {
  return { sums: new Float64Array(length + 1), starts: new Int32Array(length + 1), ids: new Int32Array(length + 1) };
}

function trieOf(tokens: readonly string[]): TokenTrie {
  const trie = new TokenTrie(tokens.reduce((units, token) => units + token.length, 0));
  for (const [id, token] of tokens.entries()) if (token !== '') trie.add(token, id);
  return trie;
}

/** The UTF-8 of the part `[start, end)`. */
function bytesOf(word: string, start: number, end: number): number[] {
  const bytes: number[] = [];
  const character = new Uint8Array(4);
  for (let i = start; i < end; ) {
    const codePoint = word.codePointAt(i) as number;
    bytes.push(...character.subarray(0, utf8(codePoint, character)));
    i += unitsOf(codePoint);
  }
  return bytes;
}
