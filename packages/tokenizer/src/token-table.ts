import type { AddedToken } from './added-tokens';
import type { Decoder } from './decoder/wordpiece';

/** Tokens and ids, the vocabulary's and the added ones. */
export interface TokenTable {
  readonly size: number;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
  decode(ids: ArrayLike<number>, skipSpecialTokens: boolean): string;
}

/** The table of a vocabulary and added tokens, which come first. */
export function tokenTable(
  vocabulary: ReadonlyMap<string, number>,
  addedTokens: readonly AddedToken[],
  decoder: Decoder,
): TokenTable {
  const ids = new Map([...vocabulary, ...addedTokens.map(({ content, id }) => [content, id] as const)]);
  const tokens = new Map([...ids].map(([token, id]) => [id, token]));
  const special = new Set(addedTokens.filter((token) => token.special).map((token) => token.id));
  return {
    size: largest(ids.values()) + 1,
    idOf: (token) => ids.get(token),
    tokenOf: (id) => tokens.get(id),
    decode(sequence, skipSpecialTokens) {
      const kept: string[] = [];
      for (let i = 0; i < sequence.length; i++) {
        const token = tokens.get(sequence[i]);
        if (token !== undefined && !(skipSpecialTokens && special.has(sequence[i]))) kept.push(token);
      }
      return decoder(kept);
    },
  };
}

function largest(ids: Iterable<number>): number {
  let most = -1;
  for (const id of ids) most = Math.max(most, id);
  return most;
}
