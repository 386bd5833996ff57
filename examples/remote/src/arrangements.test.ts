import { expect, it } from 'vitest';
import { arrangementsOf, type Choice } from './arrangements';

const labels = ['remote', 'OnSite', 'Hybrid', 'on-site', 'On site', 'REMOTE', 'not said'];
const data = { texts: labels.map((_, i) => `posting ${i}`), labels };

it.each<[Choice, Record<number, string>]>([
  ['three', { 0: 'remote', 1: 'on-site', 2: 'hybrid', 3: 'on-site', 4: 'on-site', 5: 'remote' }],
  ['two', { 0: 'remote', 1: 'in-person', 3: 'in-person', 4: 'in-person', 5: 'remote' }],
  ['two-hybrid-remote', { 0: 'remote', 1: 'in-person', 2: 'remote', 3: 'in-person', 4: 'in-person', 5: 'remote' }],
])('tells %s apart, and leaves the others out', (choice, expected) => {
  const notes: string[] = [];
  const { texts, labels: named } = arrangementsOf(data, choice, (note) => notes.push(note));
  expect(notes).toEqual([expect.stringMatching(/^\d of 7 rows left out, whose labels .* does not have: .*"not said"/)]);
  const got = Object.fromEntries(texts.map((text, i) => [text.replace('posting ', ''), named[i]]));
  expect(got).toEqual(Object.fromEntries(Object.entries(expected)));
});

it('refuses a file without a label of the choice', () => {
  const none = { texts: ['a'], labels: ['full time'] };
  expect(() => arrangementsOf(none, 'two', () => {})).toThrow('got only others: "full time"; check --label');
});
