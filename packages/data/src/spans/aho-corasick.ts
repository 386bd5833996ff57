/** Finds all words of a list in a text, in time in proportion to the text and the matches: Aho and Corasick, "Efficient string matching", 1975. */
export interface Automaton {
  /** Calls back with each place at which a word ends, and the word's number; in order of the ends, of one end the longest first. */
  search(text: string, onMatch: (end: number, word: number) => void): void;
}

/** Words are distinct and not empty. */
export function automatonOf(words: readonly string[]): Automaton {
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
  /** Of each node: the node after a UTF-16 unit. */
  readonly children: Map<number, number>[];
  /** Of each node: the word that ends there, or −1. */
  readonly word: number[];
}

interface Links {
  /** Of each node: that of the longest proper suffix which is a node. */
  readonly fail: Int32Array;
  /** Of each node: that of the longest proper suffix which is a word, or 0. */
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

/** Breadth first, so that a node's suffixes, which are shorter, have their links before it. */
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
