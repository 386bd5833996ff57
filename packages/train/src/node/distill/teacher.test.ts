import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelConfig } from '@attune/models';
import { afterAll, expect, it } from 'vitest';
import { askTeacher, labelPlaces } from './teacher';

const directory = mkdtempSync(join(tmpdir(), 'attune-teacher-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** Says of a text its length and its last letter; counts what it was asked, and may fail from some question on. */
function teacher({ failsAt = Number.POSITIVE_INFINITY } = {}) {
  const asked: string[] = [];
  return {
    asked,
    async ask(texts: readonly string[]) {
      if (asked.length >= failsAt) throw new Error('the power went out');
      asked.push(...texts);
      return texts.map((text) => Float32Array.of(text.length, text.charCodeAt(text.length - 1)));
    },
  };
}

const texts = Array.from({ length: 2500 }, (_, i) => `text ${i % 2400}`);
const said = texts.map((text) => [text.length, text.charCodeAt(text.length - 1)]);
const options = (cache: string) => ({
  ...{
    cache: join(directory, cache),
    teacher: { source: 'runs/large', role: 'teacher', digest: 'd1'.repeat(32) },
    onNote: () => {},
  },
  textOf: (text: string) => text,
});
const rows = (all: readonly Float32Array[]) => all.map((own) => [...own]);

it('is asked about each text once, and goes on where it was interrupted', async () => {
  const first = teacher({ failsAt: 1500 });
  await expect(askTeacher(texts, { ...options('kept'), ask: first.ask })).rejects.toThrow('the power went out');
  const second = teacher();
  expect(rows(await askTeacher(texts, { ...options('kept'), ask: second.ask }))).toEqual(said);
  expect([...first.asked, ...second.asked].sort()).toEqual([...new Set(texts)].sort());
  expect(second.asked.length).toBeLessThan(2400);

  const third = teacher();
  const notes: string[] = [];
  const more = [...texts.slice(0, 3), 'another', 'another'];
  const again = { ...options('kept'), ask: third.ask, onNote: (note: string) => void notes.push(note) };
  expect(rows(await askTeacher(more, again)).at(-1)).toEqual([7, 114]);
  expect(third.asked).toEqual(['another']);
  expect(notes).toEqual([
    expect.stringMatching(/^teacher runs\/large: computes the outputs of 1 input, 3 are cached in /),
  ]);
});

it('keeps what another teacher says apart, and ends when it is told to', async () => {
  const other = { ...options('kept'), teacher: { source: 'runs/other', role: 'teacher', digest: 'd2'.repeat(32) } };
  const { asked, ask } = teacher();
  await askTeacher(texts.slice(0, 5), { ...other, ask });
  expect(asked).toHaveLength(5);
  expect(readdirSync(join(directory, 'kept'))).toEqual(['d1'.repeat(16), 'd2'.repeat(16)]);
  const signal = AbortSignal.abort(new Error('enough'));
  await expect(askTeacher(['new'], { ...other, ask, signal })).rejects.toThrow('enough');
});

it('refuses what says infinity, by its role', async () => {
  const ask = async () => [Float32Array.of(1, Number.POSITIVE_INFINITY)];
  await expect(askTeacher(['a'], { ...options('broken'), ask })).rejects.toMatchObject({ code: 'MODEL_NOT_FINITE' });
  const beside = { source: 'runs/alone', role: 'beside', digest: 'd3'.repeat(32) };
  await expect(askTeacher(['a'], { ...options('broken'), teacher: beside, ask })).rejects.toThrow(
    'beside: expected finite outputs, runs/alone gives infinity; its weights are damaged: name another --beside',
  );
  expect(readdirSync(directory)).not.toContain('broken');
});

it('has its labels in any order, and no others', () => {
  const of = (labels: readonly string[]) => ({
    source: 'runs/large',
    role: 'teacher',
    config: { labels } as ModelConfig,
  });
  expect(labelPlaces(of(['c', 'a', 'b']), ['a', 'b', 'c'])).toEqual([1, 2, 0]);
  expect(() => labelPlaces(of(['a', 'b', 'c', 'd']), ['a', 'b'])).toThrow(
    `teacher: expected the student's 2 labels, runs/large has 4: it also has "c", "d"; name all its labels: --label-list a,b,c,…`,
  );
  expect(() => labelPlaces({ ...of(['a']), role: 'beside' }, ['a', 'b'])).toThrow(
    `beside: expected the student's 2 labels, runs/large has 1: it lacks "b"; train it on the same labels, or name another --beside`,
  );
});
