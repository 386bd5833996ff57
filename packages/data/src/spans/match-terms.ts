// Finds terms of a list in texts, with an Aho-Corasick automaton.
import { checkOptions, type TableOf } from '@attune/internal';
import type { EntitySpan, TextRange } from './spans';

/** A term to find in texts, such as the name of a skill. */
export interface Term {
  /** The text to find. */
  readonly term: string;
  /** Label of its spans. */
  readonly label: string;
}

/** Options of `matchTerms` and `termMatcher`. */
export interface MatchOptions {
  /** Whether case matters; default false. */
  readonly caseSensitive?: boolean;
  /** Whether a term that begins or ends with a letter or digit must match whole words; default true. */
  readonly wholeWords?: boolean;
  /** Whether to keep the longest of overlapping matches; default true. False keeps the first, and among these the longest. */
  readonly longest?: boolean;
}

const matchTable = {
  caseSensitive: 'boolean',
  wholeWords: 'boolean',
  longest: 'boolean',
} satisfies TableOf<MatchOptions>;

/**
 * Finds terms in a text. Returns spans in order, without overlaps.
 *
 * Takes time proportional to text, terms and matches; for many texts, create a `termMatcher` once.
 * @throws RangeError for an empty term, or a term with two labels; AttuneError ARGUMENT_INVALID for an unknown option.
 * @example
 * matchTerms('Java and JavaScript', [{ term: 'java', label: 'SKILL' }, { term: 'JavaScript', label: 'SKILL' }])
 * // [{ start: 0, end: 4, label: 'SKILL' }, { start: 9, end: 19, label: 'SKILL' }]
 */
export function matchTerms(text: string, terms: readonly Term[], options: MatchOptions = {}): EntitySpan[] {
  return termMatcher(terms, options)(text);
}

/**
 * A matcher that finds terms in many texts.
 *
 * @example const spansOf = termMatcher(skills); const spans = texts.map(spansOf);
 */
export function termMatcher(terms: readonly Term[], options: MatchOptions = {}): (text: string) => EntitySpan[] {
  checkOptions('matchTerms', options, matchTable);
  const { caseSensitive = false, wholeWords = true, longest = true } = options;
  const fold = caseSensitive ? (text: string) => text : lowerCase;
  const labels = labelsOf(terms, fold);
  const words = [...labels.keys()];
  const automaton = automatonOf(words);
  const choose = longest ? longestFirst : leftmostFirst;
  return (text) => {
    const found: EntitySpan[] = [];
    automaton.search(fold(text), (end, word) => {
      const range = { start: end - words[word].length, end };
      if (!wholeWords || isWhole(text, range)) found.push({ ...range, label: labels.get(words[word]) ?? '' });
    });
    return choose(found, text.length);
  };
}

function labelsOf(terms: readonly Term[], fold: (text: string) => string): Map<string, string> {
  const labels = new Map<string, string>();
  for (const { term, label } of terms) {
    const word = fold(term);
    if (word === '') throw new RangeError('matchTerms: terms expected non-empty texts, got ""; remove it');
    const known = labels.get(word);
    if (known !== undefined && known !== label)
      throw new RangeError(
        `matchTerms: ${JSON.stringify(term)} expected one label, got ${JSON.stringify(known)} and ${JSON.stringify(label)}; remove one`,
      );
    labels.set(word, label);
  }
  return labels;
}

/** Lower case that preserves positions: `İ`, whose lower case is longer, is kept, and `ς` becomes `σ`. */
function lowerCase(text: string): string {
  return text.replace(/[^a-z\s]/gu, (character) => {
    const lower = character.toLowerCase();
    if (lower === 'ς') return 'σ';
    return lower.length === character.length ? lower : character;
  });
}

const wordCharacter = /^[\p{L}\p{M}\p{N}]/u;

/** Whether a match is not part of a longer word. */
function isWhole(text: string, { start, end }: TextRange): boolean {
  return (
    !(isWord(text, before(text, end)) && isWord(text, end)) &&
    !(isWord(text, start) && isWord(text, before(text, start)))
  );
}

const isWord = (text: string, i: number) => i >= 0 && i < text.length && wordCharacter.test(text.slice(i, i + 2));

/** Start of the character that ends at `i`, which may be a surrogate pair. */
function before(text: string, i: number): number {
  const isPair = i > 1 && (text.codePointAt(i - 2) ?? 0) > 0xffff;
  return isPair ? i - 2 : i - 1;
}

function longestFirst(found: EntitySpan[], length: number): EntitySpan[] {
  const taken = new Uint8Array(length);
  const byLength = found.sort((a, b) => b.end - b.start - (a.end - a.start) || a.start - b.start);
  // Taken spans are as long or longer: one that overlaps this span covers one of its ends.
  const kept = byLength.filter(({ start, end }) => {
    const isFree = taken[start] === 0 && taken[end - 1] === 0;
    if (isFree) taken.fill(1, start, end);
    return isFree;
  });
  return kept.sort((a, b) => a.start - b.start);
}

function leftmostFirst(found: EntitySpan[]): EntitySpan[] {
  let last = 0;
  return found
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      const isFree = start >= last;
      if (isFree) last = end;
      return isFree;
    });
}

/** Finds all words of a list in a text, in time proportional to text and matches: Aho and Corasick, "Efficient string matching", 1975. */
interface Automaton {
  /** Calls back with the end and index of each word found, in order of ends, longest first. */
  search(text: string, onMatch: (end: number, word: number) => void): void;
}

/** The automaton of distinct words that are not empty. */
function automatonOf(words: readonly string[]): Automaton {
  const trie = trieOf(words);
  const links = linksOf(trie);
  return {
    search(text, onMatch) {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        state = next(trie, links.fail, { state, unit: text.charCodeAt(i) });
        let hit = trie.word[state] >= 0 ? state : links.hit[state];
        for (; hit > 0; hit = links.hit[hit]) onMatch(i + 1, trie.word[hit]);
      }
    },
  };
}

interface Trie {
  /** Per node: the next node by UTF-16 unit. */
  readonly children: Map<number, number>[];
  /** Per node: the word that ends there, or −1. */
  readonly word: number[];
}

interface Links {
  /** Per node: the node of the longest proper suffix that is a node. */
  readonly fail: Int32Array;
  /** Per node: the node of the longest proper suffix that is a word, or 0. */
  readonly hit: Int32Array;
}

function trieOf(words: readonly string[]): Trie {
  const trie: Trie = { children: [new Map()], word: [-1] };
  for (const [number, word] of words.entries()) {
    let node = 0;
    for (let i = 0; i < word.length; i++) node = child(trie, node, word.charCodeAt(i));
    trie.word[node] = number;
  }
  return trie;
}

function child({ children, word }: Trie, node: number, unit: number): number {
  const known = children[node].get(unit);
  if (known !== undefined) return known;
  children[node].set(unit, children.length);
  children.push(new Map());
  return word.push(-1) - 1;
}

/** Breadth first: the suffixes of a node are shorter and have their links before it. */
function linksOf(trie: Trie): Links {
  const fail = new Int32Array(trie.children.length);
  const hit = new Int32Array(trie.children.length);
  const queue = [0];
  for (const node of queue)
    for (const [unit, own] of trie.children[node]) {
      queue.push(own);
      if (node !== 0) fail[own] = next(trie, fail, { state: fail[node], unit });
      hit[own] = trie.word[fail[own]] >= 0 ? fail[own] : hit[fail[own]];
    }
  return { fail, hit };
}

function next({ children }: Trie, fail: Int32Array, { state, unit }: { state: number; unit: number }): number {
  for (let node = state; ; node = fail[node]) {
    const own = children[node].get(unit);
    if (own !== undefined) return own;
    if (node === 0) return 0;
  }
}
