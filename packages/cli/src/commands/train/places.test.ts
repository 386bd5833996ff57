import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attune } from '../../../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../../../test/files';
import { tinyRun, tinyTraining } from '../../../test/tiny-run';

/** A directory with a file and links that lead nowhere, one of them a lock's. */
function obstructed(): string {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'd.csv'), '');
  symlinkSync('/nonexistent/x', join(directory, 'dang'));
  symlinkSync('/nonexistent/x', join(directory, 'k7.lock'));
  return directory;
}

const places: readonly [string, RegExp][] = [
  ['dang', /got the link \S+ to \/nonexistent\/x, which does not exist; choose another place$/],
  ['dang/x', /got the link \S+ to \/nonexistent\/x, which does not exist; choose another place$/],
  ['d.csv/x', /got a path that leads through the file \S+d\.csv; choose another place$/],
  ['k7', /got \S+k7\.lock, which is not a lock of Attune; choose another directory$/],
  ['y.lock', /expected a name that does not end in \.lock, got y\.lock, which is a lock's; choose another name$/],
];

const systemPlaces: readonly [string, RegExp][] = [
  ['/', /got the root of a file system; name a directory in it, such as \/run$/],
  ['/proc/x', /got a place where no file can be created; choose another place$/],
  ['/proc/x/y', /got a place where no file can be created; choose another place$/],
  ['/dev/full/x', /got a path that leads through the file \/dev\/full; choose another place$/],
  ['/sys/x', /got (no permission to write there|a file system that cannot be written to); choose another place$/],
];

/** What a command that is refused says. */
async function refusal(argv: readonly string[]): Promise<string> {
  const { code, stderr } = await attune(argv);
  expect([code, stderr.split('\n').filter(Boolean).length]).toEqual([1, 1]);
  return stderr.trimEnd();
}

describe('a place where nothing can be written', () => {
  it.each(places)('is refused by train and export, in one line: %s', async (name, message) => {
    const directory = obstructed();
    const data = fileIn(directory, 'data.csv', csv(farmAndCode(30)));
    const training = [...tinyTraining(directory, data), '--out', join(directory, name), '--overwrite'];
    expect(await refusal(training)).toMatch(message);
    expect(await refusal(['export', 'none', '--format', 'onnx', '--output', join(directory, name)])).toMatch(message);
  });

  it.runIf(process.platform === 'linux').each(systemPlaces)(
    'is refused of the system: %s (needs Linux)',
    async (place, message) => {
      const directory = temporaryDirectory();
      const data = fileIn(directory, 'data.csv', csv(farmAndCode(30)));
      expect(await refusal([...tinyTraining(directory, data), '--out', place, '--overwrite'])).toMatch(message);
      expect(await refusal(['export', 'none', '--format', 'onnx', '--output', place])).toMatch(message);
    },
  );

  it('is refused by predict', async () => {
    const directory = obstructed();
    const { run } = await tinyRun(directory);
    const texts = fileIn(directory, 'texts.txt', 'corn\n');
    const output = (path: string) => refusal(['predict', run, '--input', texts, '--output', path]);
    expect(await output(join(directory, 'dang', 'z'))).toMatch(
      /got the link \S+ to \/nonexistent\/x, which does not exist/,
    );
    expect(await output(join(directory, 'd.csv', 'z'))).toMatch(/got a path that leads through the file/);
    if (process.platform === 'linux')
      expect(await output('/proc/y/z')).toMatch(/got a place where no file can be created; choose another place$/);
  });
});
