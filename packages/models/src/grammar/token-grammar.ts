import { automaton, type Place } from './automaton';
import type { Node } from './nodes';

/** A place in a text that is written by a grammar, token by token. */
export interface GrammarPlace {
  /** [vocab]: 1 where the token goes on with the text, 0 where it does not. */
  readonly allowed: Uint8Array;
  /** Whether any token does. */
  readonly goesOn: boolean;
  /** Whether the text may end here. */
  readonly mayEnd: boolean;
  /** The place after an allowed token. */
  next(id: number): GrammarPlace;
}

/** What `generate` may write, token by token; `jsonSchemaGrammar` makes one. */
export interface TokenGrammar {
  /** The place at which every text begins. */
  readonly start: GrammarPlace;
}

/** The bytes that each id writes; none for one that writes nothing, such as a special token, which a grammar never takes. */
export type TokenBytes = readonly (Uint8Array | undefined)[];

/**
 * A grammar over the tokens of a vocabulary.
 *
 * What is allowed at a place is computed when it is asked for first, in a walk over the vocabulary in the order of its bytes, where
 * tokens share the steps of what they begin with, and is kept with the place.
 *
 * @returns undefined for a grammar that no text is of
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
        goesOn ??= !place.isOver && made.allowed.includes(1);
        return goesOn;
      },
      next: (id) => placeOf(after(place, tokens[id])),
    };
    places.set(place, made);
    return made;
  };
  return { start: placeOf(start) };
}

function after(place: Place, bytes: Uint8Array | undefined): Place {
  let at: Place | undefined = bytes && place;
  for (let i = 0; at && i < bytes!.length; i++) at = at.next(bytes![i]);
  if (!at) throw new Error('expected a token that the grammar allows'); // a fault of the caller's
  return at;
}

interface Vocabulary {
  readonly size: number;
  /** Tokens in the order of their bytes. */
  readonly ids: Int32Array;
  readonly bytes: readonly Uint8Array[];
  /** How many bytes each begins with that the one before it begins with too. */
  readonly shared: Int32Array;
}

function sorted(tokens: TokenBytes): Vocabulary {
  const ids = Array.from(tokens.keys()).filter((id) => tokens[id] !== undefined && tokens[id].length > 0);
  ids.sort((a, b) => compare(tokens[a]!, tokens[b]!));
  const bytes = ids.map((id) => tokens[id]!);
  const shared = bytes.map((own, i) => (i === 0 ? 0 : sharedLength(bytes[i - 1], own)));
  return { size: tokens.length, ids: Int32Array.from(ids), bytes, shared: Int32Array.from(shared) };
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

function allowedAt(start: Place, { size, ids, bytes, shared }: Vocabulary): Uint8Array {
  const allowed = new Uint8Array(size);
  const places = [start]; // after each byte of the last token that was looked at
  let known = 0; // how many of its bytes the text can go on with
  for (let i = 0; i < ids.length; i++) {
    const own = bytes[i];
    if (shared[i] > known) continue; // it has the byte at which the last one failed
    known = shared[i];
    for (; known < own.length; known++) {
      const next = places[known].next(own[known]);
      if (!next) break;
      places[known + 1] = next;
    }
    if (known === own.length) allowed[ids[i]] = 1;
  }
  return allowed;
}
