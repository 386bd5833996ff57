import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attune } from '../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory, tinyConfig } from '../../test/files';
import { tinyRun } from '../../test/tiny-run';

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
const contents: readonly [string, string][] = [
  ['100,000 brackets', deep],
  ['100,000 brackets in it', `{"model": ${deep}, "summary": ${deep}, "options": ${deep}, "n_layers": ${deep}}`],
  ['an early end', '{"a": [1, 2'],
  ['no JSON', '<html>\u001b[31m</html>'],
  ['null', 'null'],
  ['a list', '[1]'],
  ['a number', '3'],
  ['nothing', ''],
];

const directory = temporaryDirectory(afterAll);
let run: string;
let data: string;
beforeAll(async () => {
  ({ run, data } = await tinyRun(directory));
});

/** Ends well, or with one line that names the file and quotes nothing of V8's or of a terminal's. */
function expectNamed({ code, stderr }: { code: number; stderr: string }, file: string): void {
  if (code === 0) return;
  const line = stderr.trimEnd().split('\n').at(-1)!;
  expect(line).toMatch(/^attune: .*: .*/);
  expect(line).toContain(file);
  expect(stderr).not.toMatch(/Unexpected|is not valid JSON|in JSON at|Cannot read|call stack|^ +at /m);
  expect(stderr).not.toContain('\u001b[31m');
}

describe.each(contents)('a file of %s', (name, content) => {
  it.each([
    'config.json',
    'tokenizer.json',
    'tokenizer_config.json',
    'attune.json',
    'special_tokens_map.json',
    'model.safetensors.index.json',
  ])('is refused by its name, or not needed, as %s of a model', async (file) => {
    const model = join(directory, `${name} ${file}`);
    cpSync(join(run, 'model'), model, { recursive: true });
    if (file.includes('index')) cpSync(join(run, 'model', 'model.safetensors'), join(model, 'part.safetensors'));
    fileIn(model, file, content);
    const predicted = await attune(['predict', model, '--input', data, '--text', '{title}. {text}']);
    expectNamed(predicted, file);
    if (file === 'config.json' || file === 'tokenizer.json') expect(predicted.code).toBe(1);
  });

  it('is refused as what a run wrote', async () => {
    const copy = join(directory, `${name} of a run`);
    cpSync(run, copy, { recursive: true });
    fileIn(copy, 'config.json', content);
    expectNamed(await attune(['predict', copy, '--input', data, '--text', 'text']), 'config.json');
    const resumed = await attune(['train', '--resume', '--out', copy]);
    expect(resumed.code).toBe(1);
    expectNamed(resumed, 'config.json');
  });

  it('is refused as what a command is given', async () => {
    const given = join(directory, `${name} given`);
    mkdirSync(given);
    const file = fileIn(given, 'given.json', content);
    const rows = fileIn(given, 'given.jsonl', content);
    const config = fileIn(given, 'tiny.json', tinyConfig);
    const flags = [
      'train',
      '--task',
      'sequence-classification',
      '--model',
      'new',
      '--text',
      'text',
      '--label',
      'label',
    ];
    const plain = fileIn(given, 'data.csv', csv(farmAndCode(20)));
    const [out, baseline] = [
      ['--out', join(given, 'out')],
      ['--baseline', 'none'],
    ];
    for (const [more, named] of [
      [['--model-config', file, '--data', plain], 'given.json'],
      [['--config', file, '--model-config', config, '--data', plain], 'given.json'],
      [['--model-config', config, '--data', rows], 'given.jsonl'],
    ] as const) {
      const { code, stderr } = await attune([
        ...flags,
        ...more,
        ...out,
        ...baseline,
        '--max-steps',
        '1',
        '--overwrite',
      ]);
      expect(code === 0 && content !== '').toBe(false);
      expectNamed({ code, stderr }, named);
    }
    expectNamed(await attune(['predict', run, '--input', rows]), 'given.jsonl');
    expectNamed(await attune(['tokenize', '--tokenizer', join(run, 'model'), '--input', rows]), 'given.jsonl');
  });
});
