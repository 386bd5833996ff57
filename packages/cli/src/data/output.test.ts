import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture } from '../../test/capture';
import { fileIn, temporaryDirectory } from '../../test/files';
import { inBatches } from './batches';
import { checkOutput, checkPage, predictionLine, type Sink, writeOutput } from './output';

const to = () => ({ stdout: capture().stream });

const twoLines = async (sink: Sink) => {
  await sink('one\n');
  await sink('zwei ü\n');
};

describe('writeOutput', () => {
  it('writes to standard output without a path', async () => {
    const { stream, text } = capture();
    await writeOutput(undefined, { stdout: stream }, twoLines);
    expect(text()).toBe('one\nzwei ü\n');
  });

  it('changes nothing but on a terminal, where control characters are escaped', async () => {
    const odd = 'one\r\n\u202bעברית\u202c';
    const texts = [true, false].map(async (isTTY) => {
      const { stream, text } = capture({ isTTY });
      await writeOutput(undefined, { stdout: stream }, (sink) => sink(odd));
      return text();
    });
    expect(await Promise.all(texts)).toEqual(['one\\u000d\n\\u202bעברית\\u202c', odd]);
  });

  it('leaves nothing where a signal stops it, which it holds', async () => {
    const directory = temporaryDirectory();
    const path = fileIn(directory, 'out.jsonl', 'old');
    const controller = new AbortController();
    let isHeld = false;
    const hold = () => {
      isHeld = true;
      return () => {
        isHeld = false;
      };
    };
    const writing = writeOutput(path, { ...to(), signal: Object.assign(controller.signal, { hold }) }, async (sink) => {
      await sink('one\n');
      expect(isHeld).toBe(true);
      controller.abort(new Error('interrupted'));
      await sink('two\n');
    });
    await expect(writing).rejects.toThrow('interrupted');
    expect([isHeld, readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual([false, 'old', ['out.jsonl']]);
  });

  it('shows a file when it is whole', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'out.jsonl');
    await writeOutput(path, to(), async (sink) => {
      await twoLines(sink);
      expect(existsSync(path)).toBe(false);
    });
    expect(readFileSync(path, 'utf8')).toBe('one\nzwei ü\n');
    expect(readdirSync(directory)).toEqual(['out.jsonl']);
  });

  it('keeps the old file, and leaves nothing, when producing fails', async () => {
    const directory = temporaryDirectory();
    const path = fileIn(directory, 'out.jsonl', 'old');
    const failing = async (sink: Sink) => {
      await sink('half');
      throw new Error('broken');
    };
    await expect(writeOutput(path, to(), failing)).rejects.toThrow('broken');
    expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['old', ['out.jsonl']]);
  });

  it('writes where a link points and keeps the link', async () => {
    const directory = temporaryDirectory();
    const target = fileIn(directory, 'target', 'old');
    const link = join(directory, 'link');
    symlinkSync(target, link);
    await writeOutput(link, to(), twoLines);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('one\nzwei ü\n');
  });

  it.skipIf(process.platform === 'win32')(
    'writes to a device as it is, never in its place (needs a system with /dev)',
    async () => {
      await writeOutput('/dev/null', to(), twoLines);
      expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
    },
  );
});

describe('checkOutput', () => {
  it('refuses a directory, and the input itself', async () => {
    const directory = temporaryDirectory();
    const input = fileIn(directory, 'in.csv', 'text\na\n');
    await expect(checkOutput(directory, input, 'hub/id')).rejects.toThrow('expected a file to write, got a directory');
    await expect(checkOutput(join(directory, '.', 'in.csv'), input, 'hub/id')).rejects.toThrow(
      'expected a different file from --input',
    );
    await expect(checkOutput(join(directory, 'out'), input, directory)).resolves.toBeUndefined();
  });

  it('refuses files of the model that predicts, but not earlier predictions', async () => {
    const directory = temporaryDirectory();
    for (const name of ['model.safetensors', 'metrics.jsonl', 'new.jsonl']) fileIn(directory, name, '');
    for (const name of ['model.safetensors', 'metrics.jsonl'])
      await expect(checkOutput(join(directory, name), '-', directory)).rejects.toMatchObject({
        code: 'OUTPUT_HOLDS_INPUT',
        message: expect.stringContaining('predictions.jsonl'),
      });
    await expect(checkOutput(join(directory, 'new.jsonl'), '-', directory)).resolves.toBeUndefined();
    await expect(checkOutput(join(directory, 'model.safetensors'), '-', 'hub/id')).resolves.toBeUndefined();
    const saved = fileIn(directory, 'predictions.jsonl', ''); // of which the page of the run is made
    await expect(checkOutput(saved, '-', directory)).rejects.toMatchObject({ code: 'OUTPUT_HOLDS_INPUT' });
  });

  it('refuses files of the runs that a page is about, but not earlier pages', async () => {
    const [a, b] = [temporaryDirectory(), temporaryDirectory()];
    for (const name of ['config.json', 'metrics.jsonl', 'report.html']) fileIn(b, name, '');
    for (const name of ['config.json', 'metrics.jsonl'])
      await expect(checkPage(join(b, name), [a, b])).rejects.toMatchObject({
        code: 'OUTPUT_HOLDS_INPUT',
        message: expect.stringContaining(`expected a file that does not belong to ${b}`),
      });
    for (const path of [join(b, 'report.html'), join(b, 'new.html'), fileIn(a, 'other.txt', ''), undefined])
      await expect(checkPage(path, [b])).resolves.toBeUndefined();
    await expect(checkPage(a, [b])).rejects.toMatchObject({ code: 'OUTPUT_UNUSABLE' });
  });
});

describe('predictionLine', () => {
  it('is one JSON object, numbers to six digits', () => {
    const line = predictionLine(
      { label: 'a', score: Math.fround(0.9), scores: { a: Math.fround(0.9), b: 1.23456789e-7 } },
      'run',
    );
    expect(line).toBe('{"label":"a","score":0.9,"scores":{"a":0.9,"b":1.23457e-7}}\n');
  });

  it('keeps labels that objects treat as special', () => {
    const scores = Object.fromEntries([
      ['__proto__', 0.25],
      ['constructor', 0.75],
    ]);
    const line = predictionLine({ label: 'constructor', score: 0.75, scores }, 'run');
    expect(line).toBe('{"label":"constructor","score":0.75,"scores":{"__proto__":0.25,"constructor":0.75}}\n');
  });

  it('has the labels of several, and the value of a regression', () => {
    const several = { labels: ['a'], scores: { a: Math.fround(0.9), b: 1.23456789e-7 } };
    expect(predictionLine(several, 'run')).toBe('{"labels":["a"],"scores":{"a":0.9,"b":1.23457e-7}}\n');
    expect(predictionLine({ value: Math.fround(0.1) }, 'run')).toBe('{"value":0.1}\n');
    expect(predictionLine({ value: Math.fround(1600005504) }, 'run')).toBe('{"value":1600005500}\n');
    expect(() => predictionLine({ value: Number.POSITIVE_INFINITY }, 'run')).toThrow('got Infinity');
  });

  it('refuses a score that is no number', () => {
    expect(() => predictionLine({ label: 'a', score: Number.NaN, scores: { a: Number.NaN } }, 'run')).toThrow(
      'run: expected finite scores, got NaN',
    );
  });
});

describe('inBatches', () => {
  it.each([
    [0, []],
    [2, [[0, 1]]],
    [
      5,
      [
        [0, 1, 2],
        [3, 4],
      ],
    ],
    [
      6,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
  ])('divides %i items', async (count, expected) => {
    async function* items() {
      for (let i = 0; i < count; i++) yield i;
    }
    const batches: number[][] = [];
    for await (const batch of inBatches(items(), { size: 3 })) batches.push(batch);
    expect(batches).toEqual(expected);
  });

  it('ends an array that weighs enough, however few its items', async () => {
    async function* items() {
      yield* [1, 9, 30, 2, 2, 2, 2];
    }
    const batches: number[][] = [];
    for await (const batch of inBatches(items(), { size: 3, weightOf: (item) => item, weight: 10 }))
      batches.push(batch);
    expect(batches).toEqual([[1, 9], [30], [2, 2, 2], [2]]);
  });
});
