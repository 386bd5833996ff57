import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyTraining } from '../../../test/tiny-run';
import { Interrupted } from '../../program/process';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

function setUp(rows = farmAndCode(60)) {
  const directory = temporaryDirectory();
  const data = fileIn(directory, 'data.csv', csv(rows));
  const flags = [...tinyTraining(directory, data), '--epochs', '2', '--folds', '3'];
  return { directory, data, out: join(directory, 'folds'), flags };
}

describe('attune train --folds', () => {
  it('trains once a fold and prints mean and deviation', async () => {
    const { flags, out } = setUp();
    const { code, stdout, stderr } = await attune([...flags, '--out', out, '--json']);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('note: 60 texts in 3 folds: by label, equal texts kept'),
    ]);
    const summary = json(out, 'summary.json');
    expect(JSON.parse(stdout)).toEqual(summary);
    const runs = [1, 2, 3].map((fold) => json(out, `fold-${fold}`, 'summary.json'));
    expect(runs.map(({ trainExamples, testExamples }) => [trainExamples, testExamples])).toEqual(
      new Array(3).fill([40, 20]),
    );
    const mean = (runs[0].loss + runs[1].loss + runs[2].loss) / 3;
    expect(summary.mean.loss).toBeCloseTo(mean, 12);
    const variance = runs.reduce((sum, { loss }) => sum + (loss - mean) ** 2, 0) / 2;
    expect(summary.standardDeviation.loss).toBeCloseTo(Math.sqrt(variance), 12);
    expect(stderr).toMatch(/^fold 2 of 3 {2}accuracy \d\.\d{4}, macroF1/m);
    expect(stderr).toMatch(new RegExp(`^loss +${mean.toFixed(4)} `, 'm'));
    expect(existsSync(join(out, 'fold-3', 'report.html'))).toBe(true);
    expect(json(out, 'fold-1', 'config.json')).toMatchObject({ folds: 3, options: { folds: '3' } });
  });

  it('goes on where it was interrupted, without the folds that had ended', async () => {
    const { flags, out } = setUp();
    const interrupt = new AbortController();
    const running = attune([...flags, '--out', out], { signal: interrupt.signal });
    const poll = setInterval(() => {
      if (existsSync(join(out, 'fold-2', 'config.json'))) interrupt.abort(new Interrupted('SIGINT'));
    }, 1);
    const { code, stderr } = await running;
    clearInterval(poll);
    expect([code, stderr]).toEqual([
      130,
      expect.stringContaining(`saved; to continue: npx attune train --resume --out ${out}`),
    ]);
    const ended = json(out, 'fold-1', 'summary.json');
    const resumed = await attune(['train', '--resume', '--out', out]);
    expect(resumed.stderr).toMatch(/^fold 1 of 3 .* \(finished earlier\)$/m);
    expect(resumed.code).toBe(0);
    expect(json(out, 'fold-1', 'summary.json')).toEqual(ended);
    expect(json(out, 'summary.json').perFold).toHaveLength(3);
    const [head, ...rows] = resumed.stdout.trimEnd().split('\n');
    expect(head).toMatch(/^ +mean +deviation +fold 1 +fold 2 +fold 3$/);
    const names = rows.map((row) => row.split(' ')[0]);
    expect(names).toEqual(['accuracy', 'macroF1', 'loss', 'baseline.accuracy', 'baseline.macroF1']);
  });

  it('reports on a test file where there is one, and leaves out what a fold cannot know', async () => {
    const { flags, directory, data, out } = setUp([
      ...farmAndCode(60),
      { id: 99, title: 'a hull', text: 'ships', label: 'sea' },
    ]);
    const test = fileIn(directory, 'test.csv', csv(farmAndCode(10)));
    const { code, stderr } = await attune([
      ...flags,
      '--test-data',
      test,
      '--metric-for-best-model',
      'accuracy',
      '--out',
      out,
    ]);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/"sea"; excluded from the fold's results/)]);
    expect(stderr).toContain(`10 of 10 test texts are also in ${data}`);
    const runs = [1, 2, 3].map((fold) => json(out, `fold-${fold}`, 'summary.json'));
    expect(runs.map(({ testExamples, evaluatedOn }) => [testExamples, evaluatedOn])).toEqual(
      new Array(3).fill([10, 'test']),
    );
  });

  it.each([
    [['--folds', '1'], '--folds: expected an integer ≥ 2, got 1'],
    [['--split', '80/20'], '--split: cannot be used with --folds'],
    [['--eval-data', 'e.csv'], '--eval-data: cannot be used with --folds'],
    [['--early-stopping-patience', '2'], '--early-stopping-patience: requires --test-data with --folds'],
  ])('refuses %j', async (more, message) => {
    const { flags, out } = setUp();
    expect(await attune([...flags, ...more, '--out', out])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(message),
    });
    expect(existsSync(out)).toBe(false);
  });
});
