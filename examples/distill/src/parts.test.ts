import { expect, it } from 'vitest';
import { lessonsOf, readPostings } from './parts';

it('gives the student a share of the labels, and hides the others', async () => {
  const postings = await readPostings({ text: 'text', label: 'sector' });
  const { teacher, student, unlabeled } = lessonsOf(postings, 0.1);
  expect(teacher.train.texts).toHaveLength(2000);
  expect(student.train.texts.length + unlabeled.texts.length).toBe(2000);
  expect(student.train.texts.length).toBeGreaterThan(180);
  expect(student.train.texts.length).toBeLessThan(220);
  const all = new Map(teacher.train.texts.map((text, i) => [text, teacher.train.labels[i]]));
  expect(student.train.texts.map((text) => all.get(text))).toEqual(student.train.labels);
  const tested = new Set([...(teacher.test?.texts ?? []), ...(teacher.validation?.texts ?? [])]);
  expect([...student.train.texts, ...unlabeled.texts].filter((text) => tested.has(text))).toEqual([]);
  expect(student.test).toBe(teacher.test);
  expect(Object.keys(unlabeled)).toEqual(['texts']);
});

it('hides none where all are given', async () => {
  const postings = await readPostings({ text: 'text', label: 'sector' });
  expect(lessonsOf(postings, 1).unlabeled.texts).toEqual([]);
});
