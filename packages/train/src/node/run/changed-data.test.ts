// A run that is resumed has the data that it began with, in every task.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnnxEngine } from '@attune/engine/node';
import { afterAll, describe, expect, it } from 'vitest';
import { fieldTexts, tinyConfig, tinyLlama } from '../../../test/tiny';
import { toySentences } from '../../../test/toy-sentences';
import { fitCausalLm } from '../causal-lm/fit';
import { fitMaskedLm } from '../masked-lm/fit';
import { fitSequenceClassifier } from '../sequence/fit';
import { fitTokenClassifier } from '../token/fit';

const engine = openOnnxEngine();
const directory = mkdtempSync(join(tmpdir(), 'attune-changed-'));
afterAll(() => rmSync(directory, { recursive: true }));

const settings = {
  keepCheckpoints: true,
  engine,
  model: 'new',
  newConfig: tinyConfig,
  arguments: { maxSteps: 2, saveSteps: 2 },
};
const linesOf = (count: number, seed: number) => toySentences(count, seed).map(({ words }) => words.join(' '));

interface Parts<T> {
  readonly train: T;
  readonly validation: T;
  readonly test: T;
}

/** Parts of which each may be another's. */
const parts = <T>(of: (count: number, seed: number) => T, changed?: keyof Parts<T>): Parts<T> => {
  const seedOf = (name: keyof Parts<T>, seed: number) => (name === changed ? seed + 7 : seed);
  return {
    train: of(40, seedOf('train', 1)),
    validation: of(12, seedOf('validation', 2)),
    test: of(12, seedOf('test', 3)),
  };
};

type Changed = keyof Parts<unknown>;
type Start = { readonly out: string; readonly resume?: boolean };

const tasks: [string, (start: Start, changed?: Changed) => Promise<object>][] = [
  [
    'classifier',
    (start, changed) => fitSequenceClassifier({ ...settings, ...start, data: parts(fieldTexts, changed) }),
  ],
  ['tagger', (start, changed) => fitTokenClassifier({ ...settings, ...start, data: parts(toySentences, changed) })],
  [
    'masked language model',
    (start, changed) => fitMaskedLm({ ...settings, ...start, chunkLength: 16, data: parts(linesOf, changed) }),
  ],
  [
    'causal language model',
    (start, changed) => fitCausalLm({ ...settings, ...start, newConfig: tinyLlama, data: parts(linesOf, changed) }),
  ],
];

describe.each(tasks)('a %s', (name, fit) => {
  const out = join(directory, name);

  it('goes on with its data alone', async () => {
    await fit({ out });
    for (const [part, named] of [
      ['validation', 'evaluation'],
      ['test', 'test'],
    ] as const)
      await expect(fit({ out, resume: true }, part)).rejects.toMatchObject({
        code: 'DATA_CHANGED',
        message: `${out}: expected the run's original ${named} data, got other texts or labels; restore the data, or train again with --overwrite`,
      });
    expect(await fit({ out, resume: true })).toHaveProperty('summary');
  });
});
