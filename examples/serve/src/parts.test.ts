import { spansOfTags } from '@attune/data';
import { expect, it } from 'vitest';
import { postingParts } from './parts';

const { sectors, remote, skills } = postingParts({ count: 210, seed: 7 });
const names = ['train', 'validation', 'test'] as const;

it('has a posting in the same part for every model, and in one', () => {
  for (const name of names) {
    expect(remote[name].texts).toEqual(sectors[name].texts);
    expect(skills[name]).toHaveLength(sectors[name].texts.length);
    const [first] = sectors[name].texts;
    const [{ words }] = skills[name];
    expect(words.join('')).toBe(first.replace(/\s/g, ''));
  }
  const all = names.flatMap((name) => sectors[name].texts);
  expect(new Set(all).size).toBe(210);
  expect(sectors.test.texts.length).toBeGreaterThan(15);
});

it('names sectors and places of work, and tags the skills that are asked for', () => {
  expect(sectors.train.labels).toContain('Health Care and Social Assistance');
  expect(new Set(remote.train.labels)).toEqual(new Set(['remote', 'hybrid', 'on-site']));
  const tags = new Set(skills.train.flatMap((own) => own.tags));
  expect(tags).toEqual(new Set(['O', 'B-SKILL', 'I-SKILL', 'B-KNOWLEDGE', 'I-KNOWLEDGE']));
  const [{ words, tags: own }] = skills.test;
  const places = words.map((_, i) => ({ start: i, end: i + 1 }));
  const found = spansOfTags(places, own).map(({ start, end }) => words.slice(start, end).join(' '));
  expect(found.length).toBeGreaterThan(0);
  for (const skill of found) expect(sectors.test.texts[0].replace(/\s+/g, ' ')).toContain(skill);
});
