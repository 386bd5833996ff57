import { AttuneError } from '@attune/internal';
import { byteCharacters } from '../model/bytes';
import type { Tokenizer } from '../tokenizer';

/**
 * UTF-8 bytes of each token id within a text; undefined for special tokens and for ids without a token.
 *
 * Works for tokenizers whose text is the concatenation of its tokens: byte-level BPE, and SentencePiece with or without byte tokens.
 *
 * @throws AttuneError TOKENIZER_UNSUPPORTED if the text of a token depends on its neighbors, as in WordPiece
 * @example
 * const bytes = tokenBytes(tokenizer);
 * new TextDecoder().decode(bytes[tokenizer.tokenToId('▁night')!]); // ' night'
 */
export function tokenBytes(tokenizer: Tokenizer): (Uint8Array | undefined)[] {
  const { decoder, added_tokens: added } = tokenizer.toJson() as Json;
  const bytesOf = bytesIn(stagesOf(decoder));
  const special = new Set((added ?? []).filter((token) => token.special).map(({ id }) => id));
  return Array.from({ length: tokenizer.vocabSize }, (_, id) => {
    const token = special.has(id) ? undefined : tokenizer.idToToken(id);
    return token === undefined ? undefined : bytesOf(token);
  });
}

interface Json {
  readonly decoder?: Stage | null;
  readonly added_tokens?: readonly { readonly id: number; readonly special?: boolean }[];
}

interface Stage {
  readonly type: string;
  readonly decoders?: readonly Stage[];
  readonly pattern?: { readonly String?: string };
  readonly content?: string;
  readonly replacement?: string;
}

const stagesOf = (stage: Stage | null | undefined): readonly Stage[] =>
  stage?.type === 'Sequence' ? (stage.decoders ?? []).flatMap(stagesOf) : stage ? [stage] : [];

function bytesIn(stages: readonly Stage[]): (token: string) => Uint8Array {
  const encoder = new TextEncoder();
  const types = stages.map(({ type }) => type);
  if (types.length === 1 && types[0] === 'ByteLevel') {
    const values = new Map(byteCharacters().map((character, byte) => [character, byte]));
    return (token) => {
      const bytes = Array.from(token, (character) => values.get(character));
      return bytes.includes(undefined) ? encoder.encode(token) : Uint8Array.from(bytes as number[]);
    };
  }
  const isPieces = types.some((type) => type === 'Metaspace' || type === 'Replace');
  const wrong = stages.find((stage, i) => !isJoining(stage, types.slice(0, i)));
  if (!isPieces || wrong)
    throw new AttuneError(
      'TOKENIZER_UNSUPPORTED',
      `tokenBytes: expected a decoder that concatenates tokens (ByteLevel; Metaspace; Replace, ByteFallback, Fuse, Strip), got ${types.join(', ') || 'none'}; take a model with one of these`,
    );
  const replaced = stages.flatMap(({ type, pattern, content, replacement = '▁' }) => {
    if (type === 'Metaspace') return [[replacement, ' '] as const];
    return type === 'Replace' ? [[pattern!.String!, content ?? ''] as const] : [];
  });
  const hasByteTokens = types.includes('ByteFallback');
  return (token) => {
    const byte = hasByteTokens ? /^<0x([0-9A-Fa-f]{2})>$/.exec(token) : null;
    if (byte) return Uint8Array.of(Number.parseInt(byte[1], 16));
    return encoder.encode(replaced.reduce((text, [from, to]) => text.replaceAll(from, () => to), token));
  };
}

/** `Strip` after `Fuse` applies only to the start of the text, which is the prompt. */
function isJoining({ type, pattern }: Stage, before: readonly string[]): boolean {
  if (type === 'Replace') return pattern?.String !== undefined;
  if (type === 'Strip') return before.includes('Fuse');
  return ['Metaspace', 'ByteFallback', 'Fuse'].includes(type);
}
