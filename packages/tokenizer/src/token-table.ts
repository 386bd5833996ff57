import type { AddedToken } from './added-tokens';
import type { Decoder } from './decoder/decoder';

/** Tokens and ids, the vocabulary's and the added ones. */
export interface TokenTable {
  readonly size: number;
  idOf(token: string): number | undefined;
  tokenOf(id: number): string | undefined;
  decode(ids: ArrayLike<number>, skipSpecialTokens: boolean): string;
  /** Decodes ids one by one: `push` gives what has become certain, `end` what is left. */
  streamDecode(skipSpecialTokens: boolean): { push(id: number): string; end(): string };
}

/** The table of a vocabulary and added tokens, which come first. `normalize` is what the tokenizer does to a text. */
export function tokenTable(
  vocabulary: ReadonlyMap<string, number>,
  addedTokens: readonly AddedToken[],
  { decoder, normalize }: { decoder: Decoder; normalize: (text: string) => string },
): TokenTable {
  const ids = new Map([...vocabulary, ...addedTokens.map(({ content, id }) => [content, id] as const)]);
  const tokens = new Map([...ids].map(([token, id]) => [id, token]));
  const spoken = new Map(addedTokens.map((token) => [token.id, decodedForm(token, normalize)]));
  const special = new Set(addedTokens.filter((token) => token.special).map(({ content }) => content));

  function streamDecode(skipSpecialTokens: boolean) {
    let text = '';
    const stage = decoder({ push: (part) => (text += part), end: () => {} });
    const take = () => {
      const taken = text;
      text = '';
      return taken;
    };
    return {
      push(id: number) {
        const token = spoken.get(id) ?? tokens.get(id);
        if (token === undefined || (skipSpecialTokens && special.has(token))) return '';
        stage.push(token, true);
        return take();
      },
      end() {
        stage.end();
        return take();
      },
    };
  }
  return {
    size: largest(ids.values()) + 1,
    idOf: (token) => ids.get(token),
    tokenOf: (id) => tokens.get(id),
    streamDecode,
    decode(sequence, skipSpecialTokens) {
      const stream = streamDecode(skipSpecialTokens);
      const parts: string[] = [];
      for (let i = 0; i < sequence.length; i++) parts.push(stream.push(sequence[i]));
      return parts.join('') + stream.end();
    },
  };
}

/** What an added token decodes to: the normalized text, where that is what it is looked for in. */
function decodedForm({ content, normalized }: AddedToken, normalize: (text: string) => string): string {
  return normalized ? normalize(content) : content;
}

function largest(ids: Iterable<number>): number {
  let most = -1;
  for (const id of ids) most = Math.max(most, id);
  return most;
}
