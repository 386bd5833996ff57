import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { entityReport } from '@attune/metrics';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { conll, skillSentences } from '../../test/sentences';
import { Interrupted } from '../program/process';

const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

describe('attune train --task token-classification', () => {
  const directory = temporaryDirectory(afterAll);
  let data: string;
  let test: string;
  let run: string;
  let flags: string[];
  beforeAll(async () => {
    data = fileIn(directory, 'data.conll', conll(skillSentences(150, 1)));
    test = fileIn(directory, 'test.conll', conll(skillSentences(40, 2)));
    const config = fileIn(directory, 'tiny.json', tinyConfig);
    const options = ['train', '--task', 'token-classification', '--model', 'new', '--model-config', config];
    const how = ['--epochs', '8', '--batch-size', '8', '--learning-rate', '1e-2', '--engine', 'onnx'];
    flags = [...options, '--data', data, ...how];
    run = join(directory, 'run');
    const { code, stderr } = await attune([...flags, '--test-data', test, '--out', run]);
    if (code !== 0) throw new Error(stderr);
  }, 60_000);

  it('reads columns by number, from either end, and says what it did', async () => {
    const numbered = conll(skillSentences(60, 1)).replace(/^(\S+)\t(\S+)$/gm, 'x\t$1\ty\t$2\tz');
    const columns = ['--text', '1', '--label', '-2', '--epochs', '1', '--split', '70/30'];
    const odd = ['--data', fileIn(directory, 'odd.conll', numbered)];
    const out = join(directory, 'columns');
    const { code, stdout, stderr } = await attune([...flags, ...odd, ...columns, '--out', out]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/note: \d+ training, \d+ validation sentences: split 70\/30/),
    ]);
    expect(stdout).toMatch(/^ +precision +recall +F1 +support\n/);
    expect(stdout).toMatch(/\(IOB2, strict\)/);
    expect(stderr).toMatch(/^epoch 1 {2}training loss .*accuracy.*; evaluation loss .*accuracy.*F1 \d/m);
    expect(json(out, 'config.json').architecture.labels).toEqual(['O', 'B-SKILL', 'I-SKILL']);
    expect(json(out, 'config.json')).toMatchObject({ text: '1', label: '-2', split: '70/30', scheme: 'IOB2' });
  });

  it('keeps the tags that it gave', () => {
    const [about, first, ...rest] = readFileSync(join(run, 'predictions.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(about).toEqual({ about: { kind: 'tags', file: 'test.conll', title: 'run' } });
    expect(Object.keys(first)).toEqual(['line', 'words', 'tags', 'predicted']);
    expect(rest).toHaveLength(39);
    const report = readFileSync(join(run, 'report.html'), 'utf8');
    expect(report).toContain('<h2 id="entity-errors">Errors by kind</h2>');
    expect(report).toContain('title="true: SKILL, predicted: SKILL"');
  });

  it('leaves a report and a model card', () => {
    const { f1 } = json(run, 'summary.json');
    const report = readFileSync(join(run, 'report.html'), 'utf8');
    expect(report).toMatch(/^<!doctype html>.*<title>run.*<h2 id="entities">.*<bdi>SKILL<\/bdi>/is);
    expect(report).toContain(`${(100 * f1).toFixed(1)}%`);
    const card = readFileSync(join(run, 'model', 'README.md'), 'utf8');
    expect(card).toMatch(/^pipeline_tag: token-classification$/m);
    expect(card).toContain(`value: ${f1}`);
  });

  it('evaluates as the run did, by the run’s own columns', async () => {
    const { code, stdout } = await attune(['eval', run, '--data', test, '--json']);
    expect(code).toBe(0);
    const metrics = JSON.parse(stdout);
    const { precision, recall, f1, accuracy, perEntity, loss } = json(run, 'summary.json');
    expect(metrics).toMatchObject({
      precision,
      recall,
      f1,
      accuracy,
      perEntity,
      scheme: 'IOB2',
      mode: 'strict',
      examples: 40,
    });
    expect(metrics.loss).toBeCloseTo(loss, 5);
    expect(metrics.f1).toBeGreaterThan(0.85);
    expect(metrics).not.toHaveProperty('predicted');
    const { stdout: lines } = await attune(['eval', run, '--data', test]);
    expect(lines).toMatch(
      new RegExp(`^all entities +${[precision, recall, f1].map((x) => x.toFixed(4)).join(' +')}$`, 'm'),
    );
  });

  it('predicts the entities that evaluation counts, with offsets in the words joined by spaces', async () => {
    const { code, stdout } = await attune(['predict', run, '--input', test]);
    expect(code).toBe(0);
    const rows = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const truth = skillSentences(40, 2);
    expect(rows.map(({ words }) => words)).toEqual(truth.map(({ words }) => words));
    const report = entityReport(
      truth.map(({ tags }) => tags),
      rows.map(({ tags }) => tags),
    );
    expect(report.micro.f1).toBe(json(run, 'summary.json').f1);
    const predicted = rows.reduce((sum, { entities }) => sum + entities.length, 0);
    const right = Math.round(report.micro.recall * report.perEntity.SKILL.support);
    expect(right / predicted).toBeCloseTo(report.micro.precision, 10);
    for (const { words, entities } of rows)
      for (const { start, end, text, label, score } of entities) {
        expect([words.join(' ').slice(start, end), label]).toEqual([text, 'SKILL']);
        expect(score).toBeGreaterThan(0);
      }
  });

  it('writes a row of CSV per entity, with columns of the input', async () => {
    const texts = ['we need java', 'we need in and', 'python script'].map((text, i) => ({ id: `t${i}`, text }));
    const rows = fileIn(directory, 'ids.csv', csv(texts));
    const all = await attune(['predict', run, '--input', rows, '--text', 'text', '--keep', 'id']);
    expect(all.stderr).toBe('3 texts tagged\n');
    const found = all.stdout
      .trimEnd()
      .split('\n')
      .flatMap((line, i) => {
        const { id, entities } = JSON.parse(line);
        return entities.map((entity: Record<string, unknown>) => [id, i + 1, ...Object.values(entity)].join(','));
      });
    expect(found.length).toBeGreaterThan(0);
    const flags = ['--text', 'text', '--keep', 'id', '--output-format', 'csv'];
    const { stdout } = await attune(['predict', run, '--input', rows, ...flags]);
    expect(stdout).toBe(`${['id,row,label,start,end,text,score', ...found].join('\n')}\n`);
    for (const [flag, message] of [
      [['--top-k', '2'], '--top-k: not used by a tagger'],
      [['--clean', 'html'], '--clean: not used by a tagger'],
    ] as const)
      expect(await attune(['predict', run, '--input', rows, '--text', 'text', ...flag])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(message),
      });
  });

  it('predicts the entities of plain texts, and of rows', async () => {
    const line = '😀 we need java script';
    const { stdout } = await attune(['predict', run, '--input', '-'], { stdin: `${line}\n\n` });
    const [first, second] = stdout
      .trimEnd()
      .split('\n')
      .map((row) => JSON.parse(row));
    expect(first.entities).toEqual([
      { label: 'SKILL', start: 11, end: 22, text: 'java script', score: expect.any(Number) },
    ]);
    expect(second).toEqual({ entities: [] });
    const rows = fileIn(directory, 'rows.csv', `id,text\n1,${line}\n`);
    expect((await attune(['predict', run, '--input', rows])).stdout).toBe(`${stdout.split('\n')[0]}\n`);
    const other = fileIn(directory, 'other.csv', 'id,body\n1,a\n');
    expect(await attune(['predict', run, '--input', other])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--text: required, because'),
    });
  });

  it('takes JSON lines with names', async () => {
    const lines = skillSentences(60, 1).map(({ words, tags }) => JSON.stringify({ tokens: words, ner: tags }));
    const jsonl = fileIn(directory, 'data.jsonl', lines.join('\n'));
    const out = join(directory, 'named');
    const more = ['--data', jsonl, '--label', 'ner', '--epochs', '1', '--decoding', 'constrained', '--stride', '4'];
    const { code, stderr } = await attune([...flags, ...more, '--out', out]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('48 training, 6 validation, 6 test sentences')]);
    expect(json(out, 'config.json')).toMatchObject({ decoding: 'constrained', stride: 4 });
    const bad = fileIn(directory, 'bad.jsonl', '{"tokens": ["a", "b"], "ner": ["O"]}\n');
    expect(await attune(['eval', out, '--data', bad])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/bad\.jsonl line 1: expected 2 tags, one per word, got 1/),
    });
  });

  it('goes on after an interruption, to the bytes of never having stopped', async () => {
    const saving = ['--save-steps', '5', '--epochs', '3'];
    const [whole, cut] = [join(directory, 'whole'), join(directory, 'cut')];
    expect((await attune([...flags, ...saving, '--out', whole])).code).toBe(0);
    const abort = new AbortController();
    const timer = setInterval(() => {
      if (existsSync(join(cut, 'checkpoints'))) abort.abort(new Interrupted('SIGTERM'));
    }, 5);
    const { code } = await attune([...flags, ...saving, '--out', cut], { signal: abort.signal });
    clearInterval(timer);
    expect(code).toBe(143);
    expect((await attune(['train', '--resume', '--out', cut])).code).toBe(0);
    const weights = (of: string) => readFileSync(join(of, 'model', 'model.safetensors'));
    expect(weights(cut).equals(weights(whole))).toBe(true);
  });

  it('moves sentences with a tag of their own to training', async () => {
    const rare = { words: ['we', 'need', 'oslo'], tags: ['O', 'O', 'B-PLACE'] };
    const own = fileIn(directory, 'rare.conll', conll([...skillSentences(40, 1), rare]));
    for (const seed of [1, 2, 3]) {
      const out = join(directory, `rare-${seed}`);
      const more = ['--data', own, '--epochs', '1', '--split', '50/50', '--seed', `${seed}`, '--out', out];
      expect((await attune([...flags, ...more])).code).toBe(0);
      expect(json(out, 'config.json').architecture.labels).toContain('B-PLACE');
    }
  });

  it.each<[string, string[], number, RegExp]>([
    ['a column that is no number', ['--text', 'tokens'], 2, /--text: expected the number of a column/],
    ['a flag of another task', ['--group-by', 'x'], 2, /--group-by: only used with --task sequence-classification/],
    ['masking', ['--whole-word'], 2, /--whole-word: only used with --task masked-lm, got --task token-classification/],
    ['a scheme there is not', ['--scheme', 'BIO'], 2, /--scheme: expected one of IOB1, .*got "BIO"/],
    [
      'an unknown tag',
      ['--test-data', 'bad.conll'],
      1,
      /test data, line 2: expected one of .*got "B-SKIL"; did you mean "B-SKILL"/,
    ],
    ['a table', ['--test-data', 'words.csv'], 1, /words\.csv: expected tagged words, CoNLL or JSON lines, got \.csv; /],
    ['too long a stride', ['--max-length', '8', '--stride', '6'], 2, /--stride: expected an integer from 0 to 5/],
  ])('refuses %s', async (_, more, code, message) => {
    const bad = fileIn(directory, 'bad.conll', 'a\tO\nb\tB-SKIL\n');
    const args = more.map((flag) => (flag === 'bad.conll' ? bad : flag));
    expect(await attune([...flags, ...args, '--out', join(directory, 'refused')])).toMatchObject({
      code,
      stderr: expect.stringMatching(message),
    });
    expect(existsSync(join(directory, 'refused'))).toBe(false);
  });
});
