import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { reportUncaught, UsageError } from './failure';
import { type ProgramOptions, readOptions } from './options';
import { Interrupted } from './process';

class Exit extends Error {
  constructor(readonly code: unknown) {
    super(`exit ${code}`);
  }
}

/** A process that was started so. */
function started(...args: string[]) {
  const written: string[] = [];
  const exit = (code?: unknown): never => {
    throw new Exit(code);
  };
  return {
    argv: ['node', 'program.js', ...args],
    exit,
    stdout: { write: (text: string) => written.push(text) },
    written,
  };
}

const options = {
  data: { type: 'string' },
  out: { type: 'string', default: 'runs/mine' },
  seed: { type: 'number', default: 42 },
  epochs: { type: 'number' },
  recipe: { type: 'string', choices: ['better', 'original'], default: 'better' },
  'leave-out': { type: 'string', multiple: true },
  overwrite: { type: 'boolean' },
} as const satisfies ProgramOptions;

describe('readOptions', () => {
  it('gives defaults where nothing is typed', () => {
    const values: { seed: number; epochs: number | undefined; recipe: 'better' | 'original'; 'leave-out': string[] } =
      readOptions(started(), options);
    const rest = { out: 'runs/mine', overwrite: false };
    expect(values).toStrictEqual({ seed: 42, recipe: 'better', 'leave-out': [], ...rest });
  });

  it('gives what is typed, numbers as numbers', () => {
    const typed = '--data a.csv --seed=7 --epochs 1e1 --recipe original --leave-out b --leave-out c --overwrite'.split(
      ' ',
    );
    const expected = {
      data: 'a.csv',
      seed: 7,
      epochs: 10,
      recipe: 'original',
      'leave-out': ['b', 'c'],
      overwrite: true,
    };
    expect(readOptions(started(...typed), options)).toEqual({ out: 'runs/mine', ...expected });
  });

  it.each([
    [['--bogus'], "Unknown option '--bogus'"],
    [['data.csv'], "Unexpected argument 'data.csv'"],
    [['--data'], "'--data <value>' argument missing"],
    [['--data', '--overwrite'], "'--data <value>' argument missing"],
    [['--data', ''], '--data: expected a value, got an empty one'],
    [['--epochs', 'abc'], '--epochs: expected a number, got "abc"'],
    [['--epochs', ''], '--epochs: expected a number, got ""'],
    [['--recipe', 'best'], '--recipe: expected one of better, original, got "best"'],
  ])('refuses %j', (typed, message) => {
    const read = () => readOptions(started(...typed), options);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(message);
  });

  it('lists the options, and ends', () => {
    const process = started('--help');
    expect(() => readOptions(process, options)).toThrow(new Exit(0));
    expect(process.written.join('')).toBe(`Options:
  --data <string>
  --out <string>  (default: runs/mine)
  --seed <number>  (default: 42)
  --epochs <number>
  --recipe better|original  (default: better)
  --leave-out <string>
  --overwrite
`);
  });
});

describe('reportUncaught', () => {
  it.each([
    [new RangeError('seed: expected an integer'), 1, 'attune: seed: expected an integer\n'],
    [new UsageError('--seed: no'), 2, 'attune: --seed: no\n(--help lists the options)\n'],
    [new Interrupted('SIGINT'), 130, 'attune: interrupted (SIGINT)\n'],
  ])('says of %s what is wrong, and exits', (error, code, text) => {
    const listeners: ((error: unknown) => void)[] = [];
    const stderr = new PassThrough();
    const { exit } = started();
    const on = (_: string, listener: (error: unknown) => void) => listeners.push(listener);
    reportUncaught({ env: {}, exit, stderr, on } as never);
    expect(() => listeners[0](error)).toThrow(new Exit(code));
    expect(`${stderr.read()}`).toBe(text);
  });
});
