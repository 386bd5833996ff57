import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';
import { Interrupted } from '../program/process';

describe('attune predict', () => {
  const directory = temporaryDirectory(afterAll);
  let run: string;
  beforeAll(async () => {
    ({ run } = await tinyRun(directory));
  });

  const labelsOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).label);
  const predict = (...flags: string[]) => attune(['predict', run, ...flags]);

  it('prints one object a row, in order, by the run’s template', async () => {
    const trained = farmAndCode(120);
    const rows = Array.from({ length: 5000 }, (_, i) => trained[(i * i) % 120]); // more than are held at a time
    const input = fileIn(directory, 'new.csv', csv(rows));
    const { code, stdout, stderr } = await predict('--input', input);
    expect([code, stderr]).toEqual([0, '5,000 texts predicted\n']);
    expect(labelsOf(stdout)).toEqual(rows.map(({ label }) => label));
    const { label, score, scores } = JSON.parse(stdout.split('\n')[1]);
    expect([Object.keys(scores), scores[label]]).toEqual([['code', 'farm'], score]);
    expect(scores.code + scores.farm).toBeCloseTo(1, 5);
  });

  it('reads CSV, TSV, JSON lines and plain lines alike, by extension or --format', async () => {
    const [farm, code] = ['barn corn wheat', 'python server cloud'];
    const files = {
      csv: `text\n${farm}\n${code}\n`,
      tsv: `text\tn\n${farm}\t1\n${code}\t2\n`,
      jsonl: `{"text": "${farm}"}\n{"text": "${code}"}\n`,
      lines: `${farm}\n${code}\n`,
    };
    const outputs: string[] = [];
    for (const [format, content] of Object.entries(files)) {
      const named = fileIn(directory, `some.${format === 'lines' ? 'txt' : format}`, content);
      const unnamed = fileIn(directory, 'some.data', content);
      const text = format === 'lines' ? [] : ['--text', 'text'];
      outputs.push((await predict('--input', named, ...text)).stdout);
      outputs.push((await predict('--input', unnamed, '--format', format, ...text)).stdout);
    }
    outputs.push((await attune(['predict', run, '--input', '-'], { stdin: files.lines })).stdout);
    expect(labelsOf(outputs[0])).toEqual(['farm', 'code']);
    expect(new Set(outputs).size).toBe(1);
  });

  it('predicts with 8-bit weights, in any batches, and on the other engine', async () => {
    const input = fileIn(directory, 'rows.csv', csv(farmAndCode(90)));
    const scoresOf = async (...flags: string[]) => {
      const { stdout } = await predict('--input', input, ...flags);
      return stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).scores.farm as number);
    };
    const far = (a: number[], b: number[]) => Math.max(...a.map((score, i) => Math.abs(score - b[i])));
    const exact = await scoresOf();
    expect(exact).toHaveLength(90);
    const small = await scoresOf('--precision', 'int8');
    expect(far(small, exact)).toBeLessThan(0.05);
    expect(far(small, exact)).toBeGreaterThan(0); // or it was not asked for
    expect(far(await scoresOf('--batch-size', '7'), exact)).toBeLessThan(1e-5);
    expect(far(await scoresOf('--engine', 'cpu'), exact)).toBeLessThan(1e-5);
  });

  it('reads JSON arrays, UTF-16, and columns that only some objects have, whatever their order', async () => {
    const [farm, code] = ['barn corn wheat', 'python server cloud'];
    const lines = ['{"a": "barn corn"}', '{"a": "python server", "b": "cloud"}'];
    const text = ['--text', '{a} {b}'];
    for (const [order, labels] of [
      [lines, ['farm', 'code']],
      [lines.toReversed(), ['code', 'farm']],
    ] as const) {
      for (const [name, content] of Object.entries({
        'keys.jsonl': order.join('\n'),
        'keys.json': `[${order.join(',\n')}]`,
      })) {
        const { code, stdout, stderr } = await predict('--input', fileIn(directory, name, content), ...text);
        expect([code, labelsOf(stdout)]).toEqual([0, labels]);
        expect(stderr).toContain('"b" is missing, null or empty in 1 of 2 rows');
      }
    }
    const strings = fileIn(directory, 'strings.json', JSON.stringify([farm, code]));
    const wide = fileIn(
      directory,
      'wide.csv',
      Buffer.from(`\ufeffsep=;\r\ntext;n\r\n${farm};1\r\n${code};2\r\n`, 'utf16le'),
    );
    for (const input of [strings, wide])
      expect(labelsOf((await predict('--input', input, '--text', 'text')).stdout)).toEqual(['farm', 'code']);
  });

  it('settles the separator by --delimiter or by the columns, and reads no others', async () => {
    const header = 'text;salary, EUR;n;n\n';
    const input = fileIn(directory, 'both.csv', `${header}barn corn;1,5;1;2\npython server;2,5;1;2\n`);
    expect(labelsOf((await predict('--input', input, '--text', 'text')).stdout)).toEqual(['farm', 'code']);
    const bars = fileIn(directory, 'bars.csv', 'a,b~text\n1~barn corn\n2~python server\n');
    expect(labelsOf((await predict('--input', bars, '--text', 'text', '--delimiter', '~')).stdout)).toEqual([
      'farm',
      'code',
    ]);
    expect(await predict('--input', bars, '--delimiter', ';;')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--delimiter: expected one character, or tab, got ";;"'),
    });
    const lines = fileIn(directory, 'lines.txt', 'barn corn\n');
    expect(await predict('--input', lines, '--delimiter', ';')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('lines.txt: delimiter expected the format csv, got lines'),
    });
  });

  it('notes a carriage return that makes a row of its own', async () => {
    const input = fileIn(directory, 'return.csv', 'text\nbarn\rcorn\npython\n');
    const { stdout, stderr } = await predict('--input', input, '--text', 'text');
    expect(labelsOf(stdout)).toHaveLength(3);
    expect(stderr).toContain('a lone carriage return (CR) ends 1 line (first line 2)');
  });

  it('takes a template over columns', async () => {
    const input = fileIn(directory, 'split.csv', 'a,b\nbarn,corn\n');
    const template = await predict('--input', input, '--text', '{a} {b}');
    const line = await attune(['predict', run, '--input', '-'], { stdin: 'barn corn\n' });
    expect([template.code, template.stdout]).toEqual([0, line.stdout]);
  });

  it('predicts empty and endless texts, and counts them', async () => {
    const stdin = `corn barn\n\n${'python server '.repeat(15_000)}\n`;
    const { code, stdout, stderr } = await attune(['predict', run, '--input', '-'], { stdin });
    expect([code, labelsOf(stdout).length]).toEqual([0, 3]);
    expect([labelsOf(stdout)[0], labelsOf(stdout)[2]]).toEqual(['farm', 'code']);
    expect(stderr).toBe(
      '3 texts predicted\nnote: 1 empty text predicted as [CLS] [SEP]\nnote: 1 text reaches 64 tokens and is truncated\n',
    );
  });

  it('writes CSV, columns of the input, and the likeliest labels alone', async () => {
    const rows = [
      { id: '7', label: 'farm', text: 'barn corn, wheat', title: 'a' },
      { id: '8', label: '', text: 'python server', title: 'b' },
    ];
    const input = fileIn(directory, 'ids.csv', csv(rows));
    const whole = await predict('--input', input, '--keep', 'columns', '--top-k', '1');
    expect(JSON.parse(whole.stdout.split('\n')[0])).toEqual({
      ...{ id: '7', input_label: 'farm', text: 'barn corn, wheat', title: 'a' },
      ...{ label: 'farm', score: expect.any(Number), top: [{ label: 'farm', score: expect.any(Number) }] },
    });
    const { stdout, stderr } = await predict(
      '--input',
      input,
      '--keep',
      'id,label',
      '--output-format',
      'csv',
      '--top-k',
      '2',
    );
    const [header, ...lines] = stdout.trimEnd().split('\n');
    expect(header).toBe('id,input_label,label,score,label_2,score_2');
    expect(lines).toEqual([
      expect.stringMatching(/^7,farm,farm,0\.\d+,code,0\.\d+$/),
      expect.stringMatching(/^8,,code,0\.\d+,farm,0\.\d+$/),
    ]);
    expect(stderr).toBe('2 texts predicted\n');
    const wrong = await predict('--input', input, '--keep', 'idd');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean "id"?') });
    const none = await predict('--input', input, '--top-k', '0');
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--top-k: expected an integer ≥ 1, got 0') });
  });

  it('keeps values of JSON as they are, all keys of every row, and says nothing of those that nobody reads', async () => {
    const lines = [{ text: 'corn' }, { text: 'server', id: 3, ok: true, none: null, of: {} }];
    const input = fileIn(directory, 'late.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    const { stdout, stderr } = await predict('--input', input, '--text', 'text', '--keep', 'columns');
    const kept = stdout
      .trimEnd()
      .split('\n')
      .map((line) => {
        const { label: _, score: __, scores: ___, ...own } = JSON.parse(line);
        return own;
      });
    expect([kept, stderr]).toEqual([lines, '2 texts predicted\n']);
    const named = await predict('--input', input, '--text', 'text', '--keep', 'id', '--output-format', 'csv');
    expect([named.stdout.split('\n')[0], named.stderr]).toEqual(['id,label,score', '2 texts predicted\n']);
    const csvRows = await predict('--input', input, '--text', 'text', '--keep', 'columns', '--output-format', 'csv');
    expect(csvRows.stderr).toContain('4 columns left out, because the first row lacks them: id, ok, none, of');
  });

  it('writes a whole file or none', async () => {
    const folder = temporaryDirectory();
    const output = join(folder, 'out.jsonl');
    const good = fileIn(directory, 'good.txt', 'corn\nserver\n');
    expect(await predict('--input', good, '--output', output)).toEqual({
      code: 0,
      stdout: '',
      stderr: '2 texts predicted\n',
    });
    expect(labelsOf(readFileSync(output, 'utf8'))).toEqual(['farm', 'code']);
    const bad = fileIn(
      directory,
      'bad.txt',
      Buffer.concat([Buffer.from('corn\n'.repeat(50_000)), Buffer.from([0xff, 10])]),
    );
    const failed = await predict('--input', bad, '--output', join(folder, 'second.jsonl'));
    expect(failed).toMatchObject({ code: 1, stderr: expect.stringContaining('bad.txt line 50001: expected UTF-8') });
    expect(readdirSync(folder)).toEqual(['out.jsonl']);
    expect(await predict('--input', good, '--output', good)).toMatchObject({ code: 2 });
  });

  it.each([
    [['--input', 'no.csv'], 1, 'no.csv: expected a file, found none'],
    [['--input', 'no.xyz'], 1, 'state the format: csv, tsv, jsonl, parquet or lines'],
    [['--input', '-', '--format', 'csv'], 1, 'standard input: expected rows of data, got an empty file'],
    [['--input', '-', '--max-length', '2'], 2, '--max-length: expected an integer ≥ 3'],
    [['--input', '-', '--max-length', '900'], 2, '--max-length: expected at most 64'],
    [['--input', '-', '--precision', 'int4'], 2, '--precision: expected one of fp32, int8, got "int4"'],
    [['--input', '-', '--precision', 'int8', '--engine', 'cpu'], 2, '--precision: expected fp32 on the engine "cpu"'],
    [['--input', '-', '--batch-size', '0'], 2, '--batch-size: expected an integer ≥ 1, got 0'],
  ])('%j fails with %i', async (flags, code, message) => {
    const stdin = flags.includes('csv') ? '' : 'corn\n';
    const result = await attune(['predict', run, ...flags], { stdin });
    expect(result).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
  });

  it('says of a run that was interrupted that it has not ended, and how to go on', async () => {
    const begun = join(directory, 'begun');
    mkdirSync(begun);
    cpSync(join(run, 'config.json'), join(begun, 'config.json'));
    for (const command of [
      ['predict', begun, '--input', '-'],
      ['eval', begun, '--data', join(directory, 'data.csv')],
    ])
      expect(await attune(command, { stdin: 'corn\n' })).toMatchObject({
        code: 1,
        stderr: `attune: ${begun}: expected a model, got a run that has not ended; resume it: npx attune train --resume --out ${begun}\n`,
      });
  });

  it('asks for --text where no run says it, and names what is missing', async () => {
    const input = fileIn(directory, 'some.csv', 'titel,text\na,b\n');
    expect(await attune(['predict', join(run, 'model'), '--input', input])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('columns of'),
    });
    expect(await predict('--input', input)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('did you mean "titel"?'),
    });
  });

  it('stops when interrupted and leaves no file', async () => {
    const signal = AbortSignal.abort(new Interrupted('SIGINT'));
    const output = join(directory, 'interrupted.jsonl');
    const input = fileIn(directory, 'some.txt', 'corn\n');
    expect(await attune(['predict', run, '--input', input, '--output', output], { signal })).toEqual({
      code: 130,
      stdout: '',
      stderr: 'attune: interrupted (SIGINT)\n',
    });
    expect(existsSync(output)).toBe(false);
  });
});
