import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, vi } from 'vitest';
import manifest from '../package.json' with { type: 'json' };
import { attune } from '../test/capture';
import { csv, farmAndCode, fileIn, temporaryDirectory } from '../test/files';
import { tinyRun, tinyTraining } from '../test/tiny-run';

const bin = fileURLToPath(new URL('../bin/attune.js', import.meta.url));
const isBuilt = existsSync(new URL('../dist/bin.js', import.meta.url));

describe.skipIf(!isBuilt)('the command as a process (needs dist: npm run build)', () => {
  it('says its version', async () => {
    expect(await ended(spawn(process.execPath, [bin, '--version']))).toEqual({
      code: 0,
      signal: null,
      stdout: `${manifest.version}\n`,
      stderr: '',
    });
  });

  it.skipIf(process.platform === 'win32').each([
    ['SIGINT', 130, 'onnx'],
    ['SIGTERM', 143, 'onnx'],
    ['SIGINT', 130, 'cpu'],
  ] as const)('ends on %s with %i, %s (needs signals)', async (signal, code, engine) => {
    const directory = temporaryDirectory();
    const out = join(directory, 'run');
    const flags = tinyTraining(directory, fileIn(directory, 'data.csv', csv(farmAndCode(60))));
    const child = spawn(process.execPath, [bin, ...flags, '--epochs', '5000', '--engine', engine, '--out', out]);
    const ending = ended(child);
    const log = join(out, 'metrics.jsonl'); // has a line after the first steps
    await vi.waitUntil(() => existsSync(log) && statSync(log).size > 0, { timeout: 60_000, interval: 20 });
    child.kill(signal);
    const result = await ending;
    expect(result).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toContain(`attune: interrupted (${signal})`);
    expect(readdirSync(join(out, 'checkpoints')).filter((name) => /^step-\d+$/.test(name))).toHaveLength(1);
    for (const name of existsSync(out) ? readdirSync(out) : [])
      expect(['checkpoints', 'config.json', 'metrics.jsonl']).toContain(name);
    expect(existsSync(`${out}.lock`)).toBe(false);
  });

  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    'ends on the first %s while it waits for standard input (needs signals)',
    async (signal) => {
      const { run } = await tinyRun(temporaryDirectory());
      const child = spawn(process.execPath, [bin, 'predict', run, '--input', '-']);
      child.stdin.write('corn barn\n');
      setTimeout(() => child.kill(signal), 1500);
      expect(await ended(child)).toMatchObject({ code: null, signal, stderr: '' });
    },
  );

  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    'ends on the first %s while JavaScript never gives way (needs signals)',
    async (signal) => {
      const source = 'process.stderr.write("busy"); for (;;); export default {}';
      const config = fileIn(temporaryDirectory(), 'busy.config.mjs', source);
      const child = spawn(process.execPath, [bin, 'train', '--config', config]);
      child.stderr.once('data', () => child.kill(signal));
      expect(await ended(child)).toEqual({ code: null, signal, stdout: '', stderr: 'busy' });
    },
  );

  it.runIf(process.platform === 'linux')('takes over the lock of a run that was ended so (needs a pipe)', async () => {
    const directory = temporaryDirectory();
    const [out, pipe] = [join(directory, 'run'), join(directory, 'data.csv')];
    execFileSync('mkfifo', [pipe]);
    const flags = tinyTraining(directory, pipe);
    const child = spawn(process.execPath, [bin, ...flags, '--out', out]);
    await vi.waitUntil(() => existsSync(`${out}.lock`), { timeout: 60_000, interval: 20 });
    child.kill('SIGINT');
    expect(await ended(child)).toMatchObject({ code: null, signal: 'SIGINT' });
    expect([existsSync(`${out}.lock`), existsSync(out)]).toEqual([true, false]);
    const data = fileIn(directory, 'rows.csv', csv(farmAndCode(60)));
    const next = await attune([...tinyTraining(directory, data), '--epochs', '1', '--out', out]);
    expect([next.code, existsSync(`${out}.lock`)]).toEqual([0, false]);
  });

  it.each(['export default new Promise(() => {})', 'await new Promise(() => {}); export default {}'])(
    'fails, and says why, where nothing is left to wait for: %s',
    async (source) => {
      const config = fileIn(temporaryDirectory(), 'never.config.ts', source);
      const result = await ended(spawn(process.execPath, [bin, 'train', '--config', config]));
      expect(result).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringContaining('never.config.ts: expected a module'),
      });
    },
  );

  it('ends quietly when nobody reads on', async () => {
    const { run } = await tinyRun(temporaryDirectory());
    const child = spawn(process.execPath, [bin, 'predict', run, '--input', '-']);
    child.stdin.on('error', () => {});
    child.stdin.write('corn barn\n'.repeat(20_000));
    child.stdout.once('data', () => child.stdout.destroy());
    expect(await ended(child)).toMatchObject({ code: 0, stderr: '' });
  });
});

interface Ended {
  readonly code: number | null;
  /** The signal that ended it, which is none where it ended by itself. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a process wrote, and how it ended. */
function ended(child: ChildProcess): Promise<Ended> {
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = [];
    stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
    return () => Buffer.concat(chunks).toString();
  });
  return new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal, stdout: stdout(), stderr: stderr() })),
  );
}
