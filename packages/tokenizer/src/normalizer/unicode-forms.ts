import { hasNewerForm, isNewerForm } from '../unicode/normalization';
import { alignByCounting, Changes, type Normalized } from './aligned-text';
import type { Normalizer } from './normalizer';

export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

/**
 * Normalizes to a Unicode form, with alignment, by the tables of Unicode 9.0, which are the reference's.
 *
 * Reference: the crate `unicode-normalization-alignments`. Its steps are repeated, because they decide what a composed
 * or a moved character is aligned with. A text that is in the form already is left as it is, which is the same at a
 * tenth of the time (measured).
 */
export function unicodeForm(form: UnicodeForm): Normalizer {
  const decomposed = form.startsWith('NFK') ? 'NFKD' : 'NFD';
  const composes = form.endsWith('C');

  function normalize(text: string): Normalized {
    if (!hasNewerForm(text) && text.normalize(form) === text) return { text };
    const changes = decompose(text, decomposed);
    return alignByCounting(text, composes ? recompose(changes) : changes);
  }
  return { normalize, plain: (text) => (hasNewerForm(text) ? normalize(text).text : text.normalize(form)) };
}

/** A character, and how it came about: see `Changes`. */
interface Change {
  readonly character: string;
  readonly change: number;
}

function decompose(text: string, form: 'NFD' | 'NFKD'): Changes {
  const changes = new Changes(text.length);
  let pending: Change[] = []; // marks that may still trade places
  const add = (character: string, change: number) => {
    if (isMark(character)) {
      pending.push({ character, change });
      return;
    }
    if (pending.length > 0) pushAll(changes, pending.sort(byClass));
    pending = [];
    changes.push(character.codePointAt(0) as number, change);
  };
  for (const source of text) {
    if (source < '\u0080' && pending.length === 0) changes.push(source.charCodeAt(0), 0);
    else if (isNewer(source)) add(source, 0);
    else {
      let change = 0;
      for (const character of source.normalize(form)) {
        add(character, change);
        change = 1;
      }
    }
  }
  pushAll(changes, pending.sort(byClass));
  return changes;
}

function pushAll(changes: Changes, added: readonly Change[]): void {
  for (const { character, change } of added) changes.push(character.codePointAt(0) as number, change);
}

function recompose({ codePoints, changes }: Changes): Changes {
  const result = new Changes(codePoints.length);
  const push = ({ character, change }: Change) => result.push(character.codePointAt(0) as number, change);
  let base: Change | undefined;
  let last: string | undefined; // the mark before this one that was not composed
  let waiting: Change[] = [];
  for (let i = 0; i < codePoints.length; i++) {
    const each = { character: String.fromCodePoint(codePoints.values[i]), change: changes.values[i] };
    if (base === undefined) {
      if (isMark(each.character)) push(each);
      else base = each;
      continue;
    }
    const composed: Change | undefined =
      last === undefined || isLower(last, each.character) ? pair(base, each) : undefined;
    if (composed !== undefined) base = composed;
    else if (isMark(each.character)) {
      waiting.push(each);
      last = each.character;
    } else {
      push(base);
      pushAll(result, waiting);
      base = each;
      waiting = [];
      last = undefined;
    }
  }
  if (base !== undefined) push(base);
  pushAll(result, waiting);
  return result;
}

/** Composes two characters, if Unicode has the composition. */
function pair(base: Change, { character, change }: Change): Change | undefined {
  if (character < firstComposing || isNewer(base.character) || isNewer(character)) return undefined;
  const composed = (base.character + character).normalize('NFC');
  if (composed.length > 2 || [...composed].length > 1 || isNewer(composed)) return undefined;
  return { character: composed, change: base.change + change - 1 };
}

/** No character below it is composed with one before it. */
const firstComposing = '\u0300';

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
