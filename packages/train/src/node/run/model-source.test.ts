import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelSourceOf } from './model-place';

const directory = mkdtempSync(join(tmpdir(), 'attune-source-'));

function place(name: string, files: Readonly<Record<string, object>>): string {
  const path = join(directory, name);
  mkdirSync(join(path, 'model'), { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), JSON.stringify(content));
  return path;
}

const run = { task: 'sequence-classification', arguments: { seed: 42 } };

describe('modelSourceOf', () => {
  it('is model/ of a run, and any other source itself', () => {
    const ended = place('ended', { 'config.json': run, 'model/config.json': { model_type: 'bert' } });
    expect(modelSourceOf(ended)).toBe(join(ended, 'model'));
    const model = place('whole', { 'config.json': { model_type: 'bert', ...run } });
    for (const source of [model, 'ada/hub-id', join(directory, 'none')]) expect(modelSourceOf(source)).toBe(source);
  });

  it('says that a source is a trial of a search, and how to train the best one', () => {
    place('tuned', { 'search.json': {} });
    const trial = place('tuned/trial-2/rung-1', { 'config.json': run, 'summary.json': {} });
    for (const source of [trial, `${trial}/`, join(trial, '..')])
      expect(() => modelSourceOf(source)).toThrow(
        /got a trial of a search, which keeps none; .* --config .*tuned.best\.json --out .*tuned.best$/,
      );
    const best = place('tuned/best', { 'config.json': run });
    expect(() => modelSourceOf(best)).toThrow(/a run that has not ended/);
  });

  it.each([
    ['begun', { 'config.json': run }, /a run that has not ended; resume it: npx attune train --resume --out .*begun$/],
    [
      'bare',
      { 'config.json': run, 'summary.json': {} },
      /a run without model\/ and adapter\/; restore what is missing/,
    ],
    [
      'search',
      { 'search.json': {} },
      /got a search, which keeps none; train the best trial: npx attune train --config .*search.best\.json --out .*best$/,
    ],
    ['folds', { 'config.json': { folds: 2, data: ['a', 'b'] } }, /folds of a cross-validation; name one .*fold-1$/],
  ])('says that a source is %s', (name, files, message) => {
    const source = place(name, files);
    expect(() => modelSourceOf(source)).toThrow(
      expect.objectContaining({ code: 'RUN_UNFINISHED', message: expect.stringMatching(message) }),
    );
  });
});
