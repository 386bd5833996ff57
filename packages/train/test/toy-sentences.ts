import { keyOf, uniform } from '@attune/engine';
import type { TaggedWords } from '../src/tasks/token/examples';

const words = {
  skill: ['java', 'python', 'sql', 'rust'],
  more: ['script', 'server', 'design'],
  place: ['paris', 'london', 'oslo'],
  other: ['we', 'need', 'in', 'and', 'soon', 'with'],
};

/** Sentences whose tags a word and the one before it tell: learnable, and different at every seed. */
export function toySentences(count: number, seed: number, length = 6): TaggedWords[] {
  return Array.from({ length: count }, (_, i) => {
    const own: string[] = [];
    const tags: string[] = [];
    for (let j = 0; own.length < length; j++) {
      const draw = uniform(keyOf(seed, i, j));
      const pick = (list: readonly string[]) => list[Math.floor(uniform(keyOf(seed, i, j, 1)) * list.length)];
      const isOpen = tags.at(-1)?.endsWith('-SKILL');
      const [word, tag] =
        isOpen && draw < 0.4
          ? [pick(words.more), 'I-SKILL']
          : draw < 0.6
            ? [pick(words.skill), 'B-SKILL']
            : draw < 0.7
              ? [pick(words.place), 'B-PLACE']
              : [pick(words.other), 'O'];
      own.push(word);
      tags.push(tag);
    }
    return { words: own, tags, line: 1 + i * (length + 1) };
  });
}
