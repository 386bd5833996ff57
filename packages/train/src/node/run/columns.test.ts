import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadRunInputs, readRunColumns } from './columns';

const directory = mkdtempSync(join(tmpdir(), 'attune-columns-'));
afterAll(() => rmSync(directory, { recursive: true }));
let count = 0;

/** A run as far as its columns are read. */
function runOf(config: object | string): string {
  const run = join(directory, `run-${count++}`);
  mkdirSync(join(run, 'model'), { recursive: true });
  writeFileSync(join(run, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));
  return run;
}

it('makes a prompt of a row, with the line breaks that a shell leaves as they are', async () => {
  const run = runOf({ promptTemplate: '### Job: {title}. {text}\\n### {{Skills}}:', completion: '{skills}' });
  const { fields, inputOf } = await loadRunInputs(run);
  expect(fields).toEqual(['title', 'text']);
  expect(inputOf({ text: 'Joins pipes', title: 'Welder' })).toBe('### Job: Welder. Joins pipes\n### {Skills}:');
});

it('makes a text of one column, or two of a run of pairs, cleaned as they were', async () => {
  const one = await loadRunInputs(runOf({ text: 'description', label: 'sector' }));
  expect([one.fields, one.inputOf({ description: ' a  <b>' }), one.cleaned(' a  <b>')]).toEqual([
    ['description'],
    ' a  <b>',
    ' a  <b>',
  ]);
  const two = await loadRunInputs(runOf({ text: '{a}/{b}', textPair: 'a', clean: ['html', 'whitespace'] }));
  expect(two.fields).toEqual(['a', 'b']);
  expect(two.inputOf({ a: 'x &amp; y', b: ' <p>z</p>  z' })).toEqual(['x & y/z z', 'x & y']);
  expect(two.cleaned('  a <i>b</i>')).toBe('a b');
});

it('has no fields of a model that is no run', async () => {
  const { fields, inputOf, cleaned } = await loadRunInputs(directory);
  expect([fields, cleaned(' a')]).toEqual([[], ' a']);
  expect(() => inputOf({ a: 'b' })).toThrow(/fields: expected none, got a; .* has no template over fields/);
});

it('refuses fields that the template lacks or misses, and a file that is none', async () => {
  const { inputOf } = await loadRunInputs(runOf({ text: '{title}. {constructor}' }));
  expect(() => inputOf({ titel: 'a', constructor: 'b' })).toThrow('got titel; did you mean title?');
  expect(() => inputOf({ title: 'a' })).toThrow('fields: expected title, constructor, got no constructor;');
  expect(() => inputOf({ other: 'a' })).toThrow('remove it');
  await expect(readRunColumns(runOf('{'))).rejects.toMatchObject({ code: 'RUN_CONFIG' });
});
