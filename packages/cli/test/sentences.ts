import { keyOf, uniform } from '@attune/engine';

export interface Tagged {
  readonly words: string[];
  readonly tags: string[];
}

const skills = ['java', 'python', 'sql', 'rust'];
const others = ['we', 'need', 'in', 'and', 'soon', 'with'];

/** Sentences in which some skills have a second word: what a tiny model learns, different at every seed. */
export function skillSentences(count: number, seed: number): Tagged[] {
  return Array.from({ length: count }, (_, i) => {
    const sentence: Tagged = { words: [], tags: [] };
    for (let j = 0; sentence.words.length < 7; j++) {
      const [draw, which] = [0, 1].map((k) => uniform(keyOf(seed, i, j, k)));
      const isSkill = draw < 0.35;
      const list = isSkill ? skills : others;
      sentence.words.push(list[Math.floor(which * list.length)]);
      sentence.tags.push(isSkill ? 'B-SKILL' : 'O');
      if (draw > 0.2 || !isSkill) continue;
      sentence.words.push('script');
      sentence.tags.push('I-SKILL');
    }
    return sentence;
  });
}

/** Sentences as CoNLL: a word and its tag a line, an empty line between. */
export const conll = (sentences: readonly Tagged[]): string =>
  sentences.map(({ words, tags }) => words.map((word, i) => `${word}\t${tags[i]}\n`).join('')).join('\n');
