import { describe, expect, it } from 'vitest';
import { generatePostings } from './generate-postings';
import { knowledge, skillObjects, skillVerbs } from './skills';

/** How a reader tells that a line does not ask for what it names. Typos are off. */
const notAskedFor =
  /^(No experience|No need|Not \S.*: a good hand|You need not|Free evening|We teach you|The team next door|Those who|Learn to|A library|A certificate|Someone at your side)|is not required|with or without/;
const names = [...knowledge, ...skillVerbs.flatMap((verb) => skillObjects.map((object) => `${verb} ${object}`))];
const anySkill = new RegExp(`(?<!\\w)(${names.join('|')})(?!\\w)`, 'gi');

describe('skills of postings', () => {
  const postings = generatePostings({ count: 500, difficulty: 0 });
  const lines = postings.flatMap(({ text, skills }) => {
    const starts = [...text.matchAll(/^(?:- |• |\* |– |👉 )(.+)$/gmu)];
    return starts.map((match) => {
      const end = match.index + match[0].length;
      const labeled = skills.filter((skill) => skill.start >= match.index && skill.end <= end);
      return { line: match[1], labeled, named: match[1].match(anySkill) ?? [] };
    });
  });

  it('labels every skill of a line that asks for it, and none of one that does not', () => {
    let unasked = 0;
    for (const { line, labeled, named } of lines.filter(({ named }) => named.length > 0)) {
      if (notAskedFor.test(line)) unasked++;
      expect(labeled, line).toHaveLength(notAskedFor.test(line) ? 0 : named.length);
      for (const [i, skill] of labeled.entries()) expect(skill.text.toLowerCase()).toContain(named[i].toLowerCase());
    }
    expect(unasked).toBeGreaterThan(300);
  });

  it('tells what one does from what one knows', () => {
    const known = new Set(knowledge.map((name) => name.toLowerCase()));
    for (const { text, type } of postings.flatMap(({ skills }) => skills)) {
      const name = text.toLowerCase().replace(/^(advanced|basic|applied|practical) /, '');
      expect(known.has(name)).toBe(type === 'KNOWLEDGE');
    }
  });

  it('names no skill twice in a posting', () => {
    for (const { text } of postings) {
      const found = (text.match(anySkill) ?? []).map((name) => name.toLowerCase());
      expect(new Set(found).size).toBe(found.length);
    }
  });
});
