import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { temporaryDirectory } from '../../test/files';
import { tinyRun, tinyTraining } from '../../test/tiny-run';

/** A page without the moment it was made at. */
const page = (path: string) => readFileSync(path, 'utf8').replace(/20\d\d-\d\d-\d\dT[\d:.]+Z/, 'now');

describe('attune report', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  let other: string;
  beforeAll(async () => {
    const tiny = await tinyRun(directory);
    run = tiny.run;
    other = join(directory, 'other');
    const { code } = await attune([
      ...tinyTraining(directory, tiny.data),
      '--epochs',
      '1',
      '--seed',
      '7',
      '--out',
      other,
    ]);
    expect(code).toBe(0);
  }, 60_000);

  it('makes the page of a run anew, as training made it', async () => {
    const made = page(join(run, 'report.html'));
    rmSync(join(run, 'report.html'));
    expect(await attune(['report', run])).toEqual({ code: 0, stdout: `${join(run, 'report.html')}\n`, stderr: '' });
    expect(page(join(run, 'report.html'))).toBe(made);
    expect(made).toContain('Options that were typed or differ from the defaults');
    expect(made).toMatch(/<span class="line">line \d+<\/span>|were predicted right/);
    expect(made).toContain('<dt>Texts cut at 64 tokens</dt><dd>none</dd>');
  });

  it('keeps the predictions by the lines of the data, and never pushes them', async () => {
    const [about, ...rows] = readFileSync(join(run, 'predictions.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(about.about).toMatchObject({
      kind: 'single-label',
      labels: ['code', 'farm'],
      file: 'data.csv',
      trainCounts: [48, 48],
    });
    const data = readFileSync(join(directory, 'data.csv'), 'utf8').split('\n');
    for (const { line, text, label } of rows) {
      const [, title, ...rest] = data[line - 1].slice(1, -1).split('","');
      expect([text, label]).toEqual([`${title}. ${rest[0]}`, rest[1]]);
    }
    expect(rows).toHaveLength(12);
    const { stdout } = await attune(['push', run, 'ada/run', '--dry-run']);
    expect(stdout).toContain('model.safetensors');
    expect(stdout).not.toContain('predictions');
    expect(existsSync(join(run, 'model', 'predictions.jsonl'))).toBe(false);
  });

  it('writes elsewhere, under another heading', async () => {
    const output = join(directory, 'page.html');
    expect((await attune(['report', run, '--output', output, '--title', 'Farms & code'])).code).toBe(0);
    expect(readFileSync(output, 'utf8')).toContain('<title>Farms &amp; code</title>');
  });

  it('compares several', async () => {
    expect(await attune(['report', run, other])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--output: required for 2 runs'),
    });
    const output = join(directory, 'both.html');
    expect((await attune(['report', run, other, '--output', output])).code).toBe(0);
    const compared = page(output);
    expect(compared).toContain(
      '<td dir="auto">arguments.numTrainEpochs</td><td dir="auto">6</td><td dir="auto">1</td>',
    );
    expect(compared).toContain('<td dir="auto">arguments.seed</td><td dir="auto">42</td><td dir="auto">7</td>');
    expect(compared).toContain('cannot be compared with it'); // another seed splits into other parts
  });

  it('makes a page of a run that kept no predictions, and says what it lacks', async () => {
    renameSync(join(other, 'predictions.jsonl'), join(directory, 'aside'));
    const { code, stderr } = await attune(['report', other]);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`note: ${other} has no predictions.jsonl`)]);
    expect(page(join(other, 'report.html'))).toContain('The run has no predictions.jsonl');
    expect((await attune(['report', run, other, '--output', join(directory, 'c.html')])).code).toBe(0);
  });

  it('replaces no file of a run but a page', async () => {
    const config = readFileSync(join(run, 'config.json'), 'utf8');
    const { code, stdout, stderr } = await attune(['report', run, other, '--output', join(run, 'config.json')]);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('expected a file that does not belong to')]);
    expect(readFileSync(join(run, 'config.json'), 'utf8')).toBe(config);
  });

  it('names the file of a run that is missing', async () => {
    for (const [name, problem] of [
      ['metrics.jsonl', `${other}: expected a finished run, got one without metrics.jsonl; restore it`],
      ['config.json', `${other}: expected a finished run, got one without config.json; restore it`],
      ['summary.json', `got one that has not ended; continue it: npx attune train --resume --out ${other}`],
    ]) {
      renameSync(join(other, name), join(directory, name));
      expect((await attune(['report', other])).stderr).toContain(problem);
      renameSync(join(directory, name), join(other, name));
    }
  });

  it('says what it cannot read', async () => {
    const empty = join(directory, 'empty');
    mkdirSync(empty);
    const folds = join(directory, 'folds');
    mkdirSync(join(folds, 'fold-1'), { recursive: true });
    for (const [place, problem] of [
      [empty, 'expected a finished run, got a directory without summary.json'],
      [join(directory, 'none'), 'expected a finished run, got no such directory'],
      [folds, `name one of them: npx attune report ${join(folds, 'fold-1')}`],
    ])
      expect(await attune(['report', place])).toMatchObject({ code: 1, stderr: expect.stringContaining(problem) });
    writeFileSync(join(other, 'predictions.jsonl'), '{"label": "farm"}\n');
    expect(await attune(['report', other])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `${join(other, 'predictions.jsonl')} line 1: expected a line about the predictions`,
      ),
    });
    expect((await attune(['report'])).stderr).toContain("missing required argument 'runs'");
  });
});
