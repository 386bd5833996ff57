import { automaton, type Place } from './automaton';
import type { Node } from './nodes';

/** A place in a text that is written by a grammar, token by token. */
export interface GrammarPlace {
  /** `[vocab]`: 1 where the token goes on with the text, 0 where it does not. */
  readonly allowed: Uint8Array;
  /** Whether one token goes on with the text, without looking at the others. */
  allows(id: number): boolean;
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
        goesOn ??= !place.isOver && anyAt(place, vocabulary);
        return goesOn;
      },
      allows: (id) => (allowed ? allowed[id] === 1 : after(place, tokens[id]) !== undefined),
      next(id) {
        const next = after(place, tokens[id]);
        if (!next) throw new Error('expected a token that the grammar allows'); // a fault of the caller's
        return placeOf(next);
      },
    };
    places.set(place, made);
    return made;
  };
  return { start: placeOf(start) };
}

/** None for a token that does not go on with the text, or writes nothing. */
function after(place: Place, bytes: Uint8Array | undefined): Place | undefined {
  let at = bytes && bytes.length > 0 ? place : undefined;
  for (let i = 0; at && i < bytes!.length; i++) at = at.next(bytes![i]);
  return at;
}

interface Vocabulary {
  readonly size: number;
  /** Tokens in the order of their bytes. */
  readonly ids: Int32Array;
  /** The bytes of all of them, one after another: an array for each is ten times as slow to walk (measured). */
  readonly bytes: Uint8Array;
  /** `[ids + 1]`: where each one's bytes begin. */
  readonly starts: Int32Array;
  /** How many bytes each begins with that the one before it begins with too. */
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

/** The tokens that go on with the text, or the first `most` of them in the order of their bytes. */
function allowedIds(
  start: Place,
  { ids, bytes, starts, shared }: Vocabulary,
  most = Number.POSITIVE_INFINITY,
): readonly number[] {
  const found: number[] = [];
  const places: Place[] = [start]; // after each byte of the last token that was looked at
  let known = 0; // how many of its bytes the text can go on with
  for (let i = 0; i < ids.length && found.length < most; i++) {
    if (shared[i] > known) continue; // it has the byte at which the last one failed
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
