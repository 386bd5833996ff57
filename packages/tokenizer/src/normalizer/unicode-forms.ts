import { isNewerForm } from '../unicode/normalization';
import { alignByCounting, type Change } from './aligned-text';
import type { Normalizer } from './normalizer';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * Normalizes to a Unicode form, with alignment, by the tables of Unicode 9.0, which are the reference's.
 *
 * Reference: the crate `unicode-normalization-alignments`. Its steps are repeated, because they decide what a composed
 * or a moved character is aligned with.
 */
export function unicodeForm(form: UnicodeForm): Normalizer {
  const decomposed = form.startsWith('NFK') ? 'NFKD' : 'NFD';
  const composes = form.endsWith('C');
  return {
    normalize(text) {
      const changes = decompose(text, decomposed);
      return alignByCounting(text, composes ? recompose(changes) : changes);
    },
  };
}

function decompose(text: string, form: 'NFD' | 'NFKD'): Change[] {
  const changes: Change[] = [];
  let pending: Change[] = []; // marks that may still trade places
  for (const source of text) {
    let change = 0;
    for (const character of isNewer(source) ? [source] : source.normalize(form)) {
      if (!isMark(character)) {
        changes.push(...pending.sort(byClass));
        pending = [];
        changes.push({ character, change });
      } else pending.push({ character, change });
      change = 1;
    }
  }
  changes.push(...pending.sort(byClass));
  return changes;
}

function* recompose(changes: Change[]): Generator<Change> {
  let base: Change | undefined;
  let last: string | undefined; // the mark before this one that was not composed
  let waiting: Change[] = [];
  for (const each of changes) {
    if (base === undefined) {
      if (isMark(each.character)) yield each;
      else base = each;
      continue;
    }
    const composed = last === undefined || isLower(last, each.character) ? pair(base, each) : undefined;
    if (composed !== undefined) base = composed;
    else if (isMark(each.character)) {
      waiting.push(each);
      last = each.character;
    } else {
      yield base;
      yield* waiting;
      base = each;
      waiting = [];
      last = undefined;
    }
  }
  if (base !== undefined) yield base;
  yield* waiting;
}

/** Composes two characters, if Unicode has the composition. */
function pair(base: Change, { character, change }: Change): Change | undefined {
  if (isNewer(base.character) || isNewer(character)) return undefined;
  const composed = (base.character + character).normalize('NFC');
  if (composed.length > 2 || [...composed].length > 1 || isNewer(composed)) return undefined;
  return { character: composed, change: base.change + change - 1 };
}

function isNewer(character: string): boolean {
  return isNewerForm(character.codePointAt(0) as number);
}

/**
 * Whether its canonical combining class is other than 0, which JavaScript does not expose but shows: see
 * `isNonStarter`.
 */
function isMark(character: string): boolean {
  if (character < '\u0300' || isNewer(character)) return false;
  return isLower('\u0334', character) || isLower(character, '\u0315') || character === '\u0334';
}

/** Whether the combining class of `a` is lower than that of `b`: set after `b`, it trades places with it. */
function isLower(a: string, b: string): boolean {
  if (isNewer(a) || isNewer(b)) return false;
  const swapped = (b + a).normalize('NFD');
  return swapped === a + b && a !== b;
}

function byClass(a: Change, b: Change): number {
  if (isLower(a.character, b.character)) return -1;
  return isLower(b.character, a.character) ? 1 : 0;
}
