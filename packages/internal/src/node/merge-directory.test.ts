import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { mergeDirectory } from './merge-directory';

async function writeExport(directory: string): Promise<void> {
  mkdirSync(join(directory, 'onnx'));
  writeFileSync(join(directory, 'onnx', 'model'), 'new');
  writeFileSync(join(directory, 'config'), 'new');
}

function existing(): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'onnx'));
  for (const name of ['onnx/model', 'onnx/other', 'config', 'notes']) writeFileSync(join(directory, name), 'old');
  return directory;
}

const contents = (directory: string) =>
  ['onnx/model', 'onnx/other', 'config', 'notes'].map((name) => readFileSync(join(directory, name), 'utf8'));

describe('mergeDirectory', () => {
  it('replaces the files that are written, and no others', async () => {
    const directory = existing();
    expect([...(await mergeDirectory(directory, writeExport))].sort()).toEqual(['config', 'onnx/model']);
    expect(contents(directory)).toEqual(['new', 'old', 'new', 'old']);
    expect(readdirSync(directory).sort()).toEqual(['config', 'notes', 'onnx']);
  });

  it('takes over the entries that are named', async () => {
    const directory = existing();
    expect(await mergeDirectory(directory, writeExport, { only: ['onnx'] })).toEqual(['onnx/model']);
    expect(contents(directory)).toEqual(['new', 'old', 'old', 'old']);
  });

  it('changes nothing when writing fails, or where a directory is in the place of a file', async () => {
    const directory = existing();
    const failing = async (temporary: string) => {
      await writeExport(temporary);
      throw new Error('no space');
    };
    await expect(mergeDirectory(directory, failing)).rejects.toThrow('no space');
    const wrong = async (temporary: string) => {
      await writeExport(temporary);
      mkdirSync(join(temporary, 'notes'));
    };
    await expect(mergeDirectory(directory, wrong)).rejects.toThrow(
      /notes: expected a directory or nothing, got a file/,
    );
    expect(contents(directory)).toEqual(['old', 'old', 'old', 'old']);
    expect(readdirSync(directory).sort()).toEqual(['config', 'notes', 'onnx']);
  });
});
