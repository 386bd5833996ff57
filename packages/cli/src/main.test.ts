import { describe, expect, it } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { attune } from '../test/capture';
import { commands } from './commands';
import { isRequired } from './program/command';

describe('attune', () => {
  it('prints its version and help on stdout', async () => {
    expect(await attune(['--version'])).toEqual({ code: 0, stdout: `${manifest.version}\n`, stderr: '' });
    const { code, stdout } = await attune(['--help']);
    expect(code).toBe(0);
    for (const name of Object.keys(commands)) expect(stdout).toContain(`  ${name} `);
  });

  it.each(Object.keys(commands))('prints the help of %s, with an example', async (name) => {
    const [help, same] = [await attune([name, '--help']), await attune(['help', name])];
    expect(help).toMatchObject({ code: 0, stderr: '' });
    const { options } = await commands[name].load();
    const required = Object.values(options).some(isRequired) ? '.*\\(required\\)' : '';
    expect(help.stdout).toMatch(new RegExp(`Usage: attune ${name}${required}.*Examples:\n.*npx attune ${name}`, 's'));
    expect(same.stdout).toBe(help.stdout);
    expect(help.stdout.split('Examples:')[1]).not.toMatch(/(?<!npx )\battune [a-z]/);
  });

  it('prints the same summary in both helps', async () => {
    const { stdout } = await attune(['--help']);
    const words = (text: string) => text.replace(/\s+/g, ' ');
    for (const [name, { summary }] of Object.entries(commands)) {
      expect(words(stdout)).toContain(`${name} ${summary}`);
      expect(words((await attune([name, '--help'])).stdout)).toContain(summary);
    }
  });

  it.each([
    [['trian'], "unknown command 'trian'", 'Did you mean train?'],
    [['train', '--dta', 'x'], "unknown option '--dta'", 'Did you mean --data?'],
    [['train', '--out', '--json'], "Option '--out <directory>' argument missing, got the option --json", '--help'],
    [['train', '--epochs'], "option '--epochs, --num-train-epochs <n>' argument missing", '--help'],
    [['train', '--epochs', 'three'], '--epochs: expected a number, got "three"', '--data: required'],
    [
      ['train', '--num-train-epochs', 'three'],
      '--num-train-epochs: expected a number, got "three"',
      '--task: required',
    ],
    [['eval'], "missing required argument 'run'", '--help'],
    [['eval', 'a', 'b'], 'too many arguments: expected run, also got "b"', '--help'],
    [['predict', 'a', 'b'], 'too many arguments: expected run, also got "b"', "echo 'a text' | npx attune predict RUN"],
    [
      ['generate', 'a', 'b'],
      'too many arguments: expected run, also got "b"',
      "npx attune generate RUN --prompt 'a text'",
    ],
    [['train', 'a'], 'too many arguments: expected no argument, also got "a"', '--help'],
    [['predict', 'run'], '--input: required', '--help'],
    [['push', 'run'], "missing required argument 'repository'", '--help'],
    [['push', 'run', 'sectors'], 'repository: expected owner/name', '--help'],
    [
      ['predict', 'run', '--input', '-', '--format', 'xml'],
      '--format: expected one of csv, tsv, jsonl, json, parquet, lines, conll, got "xml"',
      '',
    ],
    [['train', '--split', '80/30'], '--split: expected percentages that sum to 100', ''],
  ])('%j is a usage error', async (argv, problem, advice) => {
    const { code, stdout, stderr } = await attune(argv);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`attune: `);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(advice);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it.each([
    [
      ['train', '--load-best-model-at-end', 'true'],
      '--load-best-model-at-end: the best model is always the one that is kept; remove it',
    ],
    [
      ['train', '--greater_is_better'],
      '--greater_is_better: the direction follows from --metric-for-best-model; remove it',
    ],
    [
      ['train', '--fp16'],
      '--fp16: training in float16 is not supported; use --bf16 with the engine tfjs-node, or remove it',
    ],
    [['train', '--dta', 'x'], "unknown option '--dta'\n(Did you mean --data?)"],
    [['train', '--output-dir', 'x'], "unknown option '--output-dir'\n(Did you mean --out?)"],
    [['train', '--model_name_or_path', 'x'], "unknown option '--model_name_or_path'\n(Did you mean --model?)"],
    [['train', '--max-seq-length', '9'], "unknown option '--max-seq-length'\n(Did you mean --max-length?)"],
    [['train', '--validation-file', 'x'], "unknown option '--validation-file'\n(Did you mean --eval-data?)"],
    [['train', '--num_train_epochs', '3'], "unknown option '--num_train_epochs'\n(Did you mean --epochs?)"],
    [['train', '--bogus'], "unknown option '--bogus'\n(--help lists the options)"],
    [['predict', '.', '--fp16'], "unknown option '--fp16'\n(--help lists the options)"],
  ])('%j is answered in full, with the hint at --help only where it helps', async (argv, problem) => {
    expect(await attune(argv)).toEqual({ code: 2, stdout: '', stderr: `attune: ${problem}\n` });
  });

  it.each([
    [['--optim', 'lion'], '--optim: expected one of adamw, adam, sgd, got "lion"'],
    [['--optimizer=lion'], '--optimizer: expected one of adamw, adam, sgd, got "lion"'],
    [['--optim=lion', '--optimizer=lion'], '--optimizer: expected one of adamw, adam, sgd, got "lion"'],
    [['--num-train-epochs', '0'], '--num-train-epochs: expected an integer ≥ 1, got 0'],
    [['--epochs', '0'], '--epochs: expected an integer ≥ 1, got 0'],
  ])('names an option as in %j', async (typed, problem) => {
    const required = ['--task', 'sequence-classification', '--data', 'a.csv', '--model', 'new', '--out', 'runs/a'];
    const { code, stderr } = await attune(['train', ...required, ...typed]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(`attune: ${problem}`)]);
  });

  it('prints its help on stderr when nothing is asked', async () => {
    const { code, stdout, stderr } = await attune([]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Usage: attune');
  });

  it('shows a stack only where ATTUNE_DEBUG asks for it', async () => {
    const argv = ['predict', '.', '--input', 'no-such-file.csv', '--text', 'a'];
    const plain = await attune(argv);
    expect(plain).toEqual({
      code: 1,
      stdout: '',
      stderr: 'attune: no-such-file.csv: expected a file, found none; check the path\n',
    });
    expect((await attune(argv, { env: { ATTUNE_DEBUG: '1' } })).stderr).toMatch(/^\s+at .*caused by /ms);
  });
});
