import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { conll, skillSentences } from '../../../test/sentences';
import { tinyTraining } from '../../../test/tiny-run';

describe('attune train on rows that are cleaned', () => {
  const directory = temporaryDirectory(afterAll);
  const clean = farmAndCode(60);
  const marked = clean.map((row) => ({ ...row, text: `<p>${row.text.replaceAll(' ', '  ')}</p>` }));
  const rows = [...marked, { ...clean[0], text: marked[0].text.toUpperCase() }, { ...marked[1], label: '' }];
  const data = fileIn(directory, 'rows.csv', csv(rows));
  const cleaning = ['--clean', 'html, whitespace', '--skip-unlabeled', '--deduplicate'];
  const run = join(directory, 'run');

  it('learns what clean rows teach, and says how many were changed and left out', async () => {
    const training = [...tinyTraining(directory, data), '--baseline', 'none'];
    const { code, stderr } = await attune([...training, '--text', 'text', ...cleaning, '--out', run]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('rows.csv: 1 row without a label skipped (line 63)\n');
    expect(stderr).toContain('rows.csv: HTML removed in 61 fields, white space normalized in 61 fields\n');
    expect(stderr).toMatch(/rows\.csv: 1 duplicate row dropped/);
    const distinct = new Set(clean.map(({ text }) => text)).size;
    const sizes = /(\d+) training, (\d+) validation, (\d+) test texts/.exec(stderr)!.slice(1).map(Number);
    expect(sizes.reduce((a, b) => a + b)).toBe(distinct);
    expect(JSON.parse(readFileSync(join(run, 'config.json'), 'utf8')).clean).toEqual(['html', 'whitespace']);
  });

  it('cleans in eval and predict as the run did', async () => {
    const input = fileIn(directory, 'marked.csv', csv(marked));
    const plain = fileIn(directory, 'plain.csv', csv(clean));
    const outputs = await Promise.all([input, plain].map((path) => attune(['predict', run, '--input', path])));
    expect(outputs[0].code, outputs[0].stderr).toBe(0);
    expect(outputs[0].stdout).toBe(outputs[1].stdout);
    const asTheyAre = await attune(['predict', run, '--input', input, '--clean', 'none']);
    expect(asTheyAre.code, asTheyAre.stderr).toBe(0);
    expect(asTheyAre.stdout).not.toBe(outputs[0].stdout);
    const uncleaned = await attune(['eval', run, '--data', data, '--skip-unlabeled', '--clean', 'none']);
    expect([uncleaned.code, uncleaned.stderr]).toEqual([0, expect.not.stringContaining('HTML removed')]);
    const measured = await attune(['eval', run, '--data', data, '--skip-unlabeled', '--deduplicate', '--json']);
    expect(measured.code, measured.stderr).toBe(0);
    expect(JSON.parse(measured.stdout).examples).toBe(new Set(clean.map(({ text }) => text)).size);
    const unlabeled = await attune(['eval', run, '--data', data]);
    expect(unlabeled).toMatchObject({ code: 1, stderr: expect.stringMatching(/line 63: expected a label/) });
  });

  it('cleans in predict as each fold did', async () => {
    const folds = join(directory, 'folds');
    const training = [...tinyTraining(directory, data), '--baseline', 'none', '--epochs', '1', '--folds', '2'];
    const { code, stderr } = await attune([...training, '--text', 'text', ...cleaning, '--out', folds]);
    expect(code, stderr).toBe(0);
    const input = fileIn(directory, 'marked.csv', csv(marked));
    const predict = ['predict', join(folds, 'fold-1'), '--input', input];
    const outputs = await Promise.all(
      [[], ['--clean', 'html,whitespace']].map((more) => attune([...predict, ...more])),
    );
    expect(outputs[0].code, outputs[0].stderr).toBe(0);
    expect(outputs[0].stdout).toBe(outputs[1].stdout);
  });

  it('refuses what there is nothing to do of', async () => {
    const tags = fileIn(directory, 'tags.conll', conll(skillSentences(9, 1)));
    const tagging = [
      'train',
      '--task',
      'token-classification',
      '--data',
      tags,
      '--model',
      'new',
      '--out',
      join(directory, 'x'),
    ];
    for (const [flags, message] of [
      [['--clean', 'html'], /--clean: only used with --task sequence-classification or masked-lm or causal-lm/],
      [['--skip-unlabeled'], /--skip-unlabeled: not used with .*tags\.conll/],
    ] as const)
      expect(await attune([...tagging, ...flags])).toMatchObject({ code: 2, stderr: expect.stringMatching(message) });
    const wrong = await attune([...tinyTraining(directory, data), '--clean', 'xml', '--out', join(directory, 'x')]);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('--clean: expected html or whitespace') });
  });
});
