import { automaton, type Place } from './automaton';
import type { Node } from './nodes';

/** A place in a text that follows a grammar, token by token. */
export interface GrammarPlace {
  /** `[vocab]`: 1 for tokens that continue the text. */
  readonly allowed: Uint8Array;
  /** Whether a given token continues the text; does not compute the others. */
  allows(id: number): boolean;
  /** Whether any token continues the text. */
  readonly goesOn: boolean;
  /** Whether the text may end here. */
  readonly mayEnd: boolean;
  /** The place after an allowed token. */
  next(id: number): GrammarPlace;
}

/** Constraint on the output of `generate`; made by `jsonSchemaGrammar` and `ebnfGrammar`. */
export interface TokenGrammar {
  /** The place at the start of every text. */
  readonly start: GrammarPlace;
}

/** Bytes of each token id; undefined for tokens without text, such as special tokens, which a grammar never allows. */
export type TokenBytes = readonly (Uint8Array | undefined)[];

/**
 * A grammar over the tokens of a vocabulary.
 *
 * The tokens allowed at a place are computed on first use and cached, in one pass over the vocabulary in byte order,
 * where tokens share the steps of common prefixes.
 *
 * @returns undefined for a grammar that matches no text
 */
export function tokenGrammar(root: Node, tokens: TokenBytes): TokenGrammar | undefined {
  const start = automaton(root);
  if (!start) return undefined;
  const vocabulary = sorted(tokens);
  const places = new Map<Place, GrammarPlace>();
  const placeOf = (place: Place): GrammarPlace => {
    const known = places.get(place);
    if (known) return known;
    let allowed: Uint8Array | undefined;
    let goesOn: boolean | undefined;
    const made: GrammarPlace = {
      mayEnd: place.mayEnd,
      get allowed() {
        allowed ??= allowedAt(place, vocabulary);
        return allowed;
      },
      get goesOn() {
        goesOn ??= !place.isOver && anyAt(place, vocabulary);
        return goesOn;
      },
      allows: (id) => (allowed ? allowed[id] === 1 : after(place, tokens[id]) !== undefined),
      next(id) {
        const next = after(place, tokens[id]);
        if (!next) throw new Error('expected a token that the grammar allows'); // a fault of the caller
        return placeOf(next);
      },
    };
    places.set(place, made);
    return made;
  };
  return { start: placeOf(start) };
}

/** The place after a token; undefined if the token does not continue the text or has no bytes. */
function after(place: Place, bytes: Uint8Array | undefined): Place | undefined {
  let at = bytes && bytes.length > 0 ? place : undefined;
  for (let i = 0; at && i < bytes!.length; i++) at = at.next(bytes![i]);
  return at;
}

interface Vocabulary {
  readonly size: number;
  /** Token ids in byte order. */
  readonly ids: Int32Array;
  /** Bytes of all tokens, concatenated: an array per token is ten times as slow to walk (measured). */
  readonly bytes: Uint8Array;
  /** `[ids + 1]`: start of each token's bytes. */
  readonly starts: Int32Array;
  /** Length of the prefix that each token shares with the one before it. */
  readonly shared: Int32Array;
}

function sorted(tokens: TokenBytes): Vocabulary {
  const ids = Array.from(tokens.keys()).filter((id) => tokens[id] !== undefined && tokens[id].length > 0);
  ids.sort((a, b) => compare(tokens[a]!, tokens[b]!));
  const starts = new Int32Array(ids.length + 1);
  for (const [i, id] of ids.entries()) starts[i + 1] = starts[i] + tokens[id]!.length;
  const bytes = new Uint8Array(starts[ids.length]);
  for (const [i, id] of ids.entries()) bytes.set(tokens[id]!, starts[i]);
  const shared = ids.map((id, i) => (i === 0 ? 0 : sharedLength(tokens[ids[i - 1]]!, tokens[id]!)));
  return { size: tokens.length, ids: Int32Array.from(ids), bytes, starts, shared: Int32Array.from(shared) };
}

function compare(a: Uint8Array, b: Uint8Array): number {
  const length = sharedLength(a, b);
  return (a[length] ?? -1) - (b[length] ?? -1);
}

function sharedLength(a: Uint8Array, b: Uint8Array): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}

function allowedAt(place: Place, vocabulary: Vocabulary): Uint8Array {
  const allowed = new Uint8Array(vocabulary.size);
  for (const id of allowedIds(place, vocabulary)) allowed[id] = 1;
  return allowed;
}

const anyAt = (place: Place, vocabulary: Vocabulary) => allowedIds(place, vocabulary, 1).length > 0;

/** Tokens that continue the text, or the first `most` of them in byte order. */
function allowedIds(
  start: Place,
  { ids, bytes, starts, shared }: Vocabulary,
  most = Number.POSITIVE_INFINITY,
): readonly number[] {
  const found: number[] = [];
  const places: Place[] = [start]; // after each byte of the previous token
  let known = 0; // number of its bytes that continue the text
  for (let i = 0; i < ids.length && found.length < most; i++) {
    if (shared[i] > known) continue; // it contains the byte at which the previous one failed
    const first = starts[i];
    const length = starts[i + 1] - first;
    for (known = shared[i]; known < length; known++) {
      const next = places[known].next(bytes[first + known]);
      if (!next) break;
      places[known + 1] = next;
    }
    if (known === length) found.push(ids[i]);
  }
  return found;
}
