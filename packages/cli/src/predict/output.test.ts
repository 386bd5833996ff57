import { existsSync, lstatSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capture } from '../testing/capture';
import { fileIn, temporaryDirectory } from '../testing/files';
import { checkOutput, type Sink, writeOutput } from './output';

const twoLines = async (sink: Sink) => {
  await sink('one\n');
  await sink('zwei ü\n');
};

describe('writeOutput', () => {
  it('writes to standard output without a path', async () => {
    const { stream, text } = capture();
    await writeOutput(undefined, stream, twoLines);
    expect(text()).toBe('one\nzwei ü\n');
  });

  it('shows a file when it is whole', async () => {
    const directory = temporaryDirectory();
    const path = join(directory, 'out.jsonl');
    await writeOutput(path, capture().stream, async (sink) => {
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
    await expect(writeOutput(path, capture().stream, failing)).rejects.toThrow('broken');
    expect([readFileSync(path, 'utf8'), readdirSync(directory)]).toEqual(['old', ['out.jsonl']]);
  });

  it('writes where a link points and keeps the link', async () => {
    const directory = temporaryDirectory();
    const target = fileIn(directory, 'target', 'old');
    const link = join(directory, 'link');
    symlinkSync(target, link);
    await writeOutput(link, capture().stream, twoLines);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('one\nzwei ü\n');
  });

  it.skipIf(process.platform === 'win32')('writes to a device as it is, never in its place', async () => {
    await writeOutput('/dev/null', capture().stream, twoLines);
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });
});

describe('checkOutput', () => {
  it('refuses a directory, and the input itself', async () => {
    const directory = temporaryDirectory();
    const input = fileIn(directory, 'in.csv', 'text\na\n');
    await expect(checkOutput(directory, input)).rejects.toThrow('expected a file to write, got a directory');
    await expect(checkOutput(join(directory, '.', 'in.csv'), input)).rejects.toThrow(
      'expected another file than --input',
    );
    await expect(checkOutput(join(directory, 'out'), input)).resolves.toBeUndefined();
  });
});
