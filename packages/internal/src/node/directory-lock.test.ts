import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../test/temporary';
import { withDirectoryLock } from './directory-lock';

const refusal = (...parts: string[]) =>
  expect.objectContaining({
    name: 'AttuneError',
    code: 'OUTPUT_LOCKED',
    message: expect.stringMatching(new RegExp(parts.join('.*'))),
  });

/** The number of a process that has ended. */
const gonePid = () => spawnSync(process.execPath, ['-e', '']).pid;

/** The number of a process that lives as long as the test. */
function livingPid(): number {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  onTestFinished(() => void child.kill());
  return child.pid!;
}

function writeLock(path: string, owner: object): void {
  writeFileSync(path, JSON.stringify({ started: '2020-01-01T00:00:00.000Z', host: hostname(), ...owner }));
}

describe('withDirectoryLock', () => {
  it('holds a file beside the directory while the work goes on, and leaves nothing', async () => {
    const parent = temporaryDirectory();
    const run = join(parent, 'runs', 'a');
    const result = await withDirectoryLock(run, async () => {
      const { pid, started, host } = JSON.parse(readFileSync(`${run}.lock`, 'utf8'));
      expect([pid, host]).toEqual([process.pid, hostname()]);
      expect(Math.abs(Date.parse(started) - (Date.now() - 1000 * process.uptime()))).toBeLessThan(1000);
      expect(existsSync(run)).toBe(false);
      return 7;
    });
    expect(result).toBe(7);
    expect(readdirSync(parent)).toEqual([]); // the parent that it made is gone too
  });

  it('is released when the work fails', async () => {
    const run = join(temporaryDirectory(), 'a');
    const failing = withDirectoryLock(run, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await withDirectoryLock(run, async () => 1)).toBe(1);
  });

  it('refuses a second one in this process, by another spelling and by a link too, but not within the first', async () => {
    const parent = temporaryDirectory();
    const run = join(parent, 'a');
    mkdirSync(run);
    symlinkSync(run, join(parent, 'latest'));
    let end = () => {};
    const first = withDirectoryLock(run, () => new Promise<void>((resolve) => (end = resolve)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (const spelling of [run, join(parent, 'latest'), `${parent}/b/../a/`])
      await expect(withDirectoryLock(spelling, async () => {})).rejects.toThrow(
        refusal('this process is already writing'),
      );
    end();
    await first;
    const inner = withDirectoryLock(run, () =>
      withDirectoryLock(join(parent, 'latest'), () => withDirectoryLock(join(run, 'fold-1'), async () => 'inside')),
    );
    expect(await inner).toBe('inside');
    expect(readdirSync(parent).sort()).toEqual(['a', 'latest']);
  });

  it('refuses a directory in one that is being written, and the other way round', async () => {
    const parent = temporaryDirectory();
    const pid = livingPid();
    writeLock(join(parent, 'a.lock'), { pid });
    await expect(withDirectoryLock(join(parent, 'a', 'model'), async () => {})).rejects.toThrow(
      refusal(`process ${pid} on this host`, 'in .*/a;'),
    );
    expect(readdirSync(parent)).toEqual(['a.lock']);
    mkdirSync(join(parent, 'search', 'trial-1'), { recursive: true });
    writeLock(join(parent, 'search', 'trial-1', 'rung-1.lock'), { pid });
    await expect(withDirectoryLock(join(parent, 'search'), async () => {})).rejects.toThrow(refusal('trial-1/rung-1'));
    expect(readdirSync(parent).sort()).toEqual(['a.lock', 'search']);
  });

  it('refuses that of a process that lives, and takes over that of one that is gone', async () => {
    const run = join(temporaryDirectory(), 'a');
    const pid = livingPid();
    writeLock(`${run}.lock`, { pid });
    await expect(withDirectoryLock(run, async () => {})).rejects.toThrow(
      refusal(`process ${pid} on this host, started 2020-01-01`, `kill ${pid}`),
    );
    expect(existsSync(run)).toBe(false);
    writeLock(`${run}.lock`, { pid: gonePid() });
    expect(await withDirectoryLock(run, async () => JSON.parse(readFileSync(`${run}.lock`, 'utf8')).pid)).toBe(
      process.pid,
    );
    expect(existsSync(`${run}.lock`)).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'tells a later process of the same number from the one of the lock (needs Linux)',
    async () => {
      const run = join(temporaryDirectory(), 'a');
      writeLock(`${run}.lock`, { pid: process.pid, ticks: '1' });
      expect(await withDirectoryLock(run, async () => 'taken')).toBe('taken');
    },
  );

  it.each([
    ['another host', { host: 'elsewhere' }],
    ['another container of this name', { space: 'pid:[1]' }],
  ])('refuses that of %s, with the command that removes it', async (_, owner) => {
    const run = join(temporaryDirectory(), "ada's run");
    writeLock(`${run}.lock`, { pid: gonePid(), ...owner });
    const written = withDirectoryLock(run, async () => {});
    const command = `rm '${run.replaceAll("'", "'\\''")}.lock'`;
    await expect(written).rejects.toThrow(expect.objectContaining({ message: expect.stringContaining(command) }));
    spawnSync('sh', ['-c', command]);
    expect(await withDirectoryLock(run, async () => 'free')).toBe('free');
  });

  it.each([
    ['an empty file', '', 'empty lock .*rm '],
    ['a file of somebody else', 'lockfileVersion: 3', 'not a lock of Attune; choose another'],
  ])('leaves %s alone', async (_, text, message) => {
    const run = join(temporaryDirectory(), 'yarn');
    writeFileSync(`${run}.lock`, text);
    await expect(withDirectoryLock(run, async () => {})).rejects.toThrow(refusal(message));
    expect(readFileSync(`${run}.lock`, 'utf8')).toBe(text);
  });

  it('leaves a link that leads nowhere alone, as lock and as what guards its taking', async () => {
    const run = join(temporaryDirectory(), 'k7');
    symlinkSync('/nonexistent/x', `${run}.lock`);
    await expect(withDirectoryLock(run, async () => {})).rejects.toThrow(
      refusal('not a lock of Attune; choose another'),
    );
    expect(readlinkSync(`${run}.lock`)).toBe('/nonexistent/x');
    const other = join(temporaryDirectory(), 'a');
    writeLock(`${other}.lock`, { pid: gonePid() });
    mkdirSync(`${other}.lock.takeover`);
    await expect(withDirectoryLock(other, async () => {})).rejects.toMatchObject({
      code: 'OUTPUT_UNUSABLE',
      message: expect.not.stringContaining('EEXIST'),
    });
  });

  it('refuses the root of a file system, and names of locks', async () => {
    const refused = (path: string) => withDirectoryLock(path, async () => {}).catch(({ message }) => message);
    expect(await refused('/')).toMatch(/^\/: expected a directory to write to, got the root of a file system; name a/);
    const parent = temporaryDirectory();
    for (const name of ['y.lock', 'y.lock/z', 'y.LOCK'])
      expect(await refused(join(parent, name))).toMatch(
        /expected a name that does not end in \.lock, got y\.lock, which is a lock's; choose another name$/i,
      );
    expect(readdirSync(parent)).toEqual([]);
    mkdirSync(join(parent, 'z.lock'));
    expect(await withDirectoryLock(join(parent, 'z.lock', 'run'), async () => 'in it')).toBe('in it');
  });

  it('refuses a place that cannot be', async () => {
    const file = join(temporaryDirectory(), 'file');
    writeFileSync(file, '');
    await expect(withDirectoryLock(join(file, 'run'), async () => {})).rejects.toMatchObject({
      code: 'OUTPUT_UNUSABLE',
    });
  });

  it('gives a stale one to one of many', async () => {
    const run = join(temporaryDirectory(), 'a');
    writeLock(`${run}.lock`, { pid: gonePid() });
    let [inside, most] = [0, 0];
    const attempts = Array.from({ length: 8 }, () =>
      withDirectoryLock(run, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 20));
        inside -= 1;
      }).then(
        () => 'taken',
        () => 'refused',
      ),
    );
    expect((await Promise.all(attempts)).filter((each) => each === 'taken')).toHaveLength(1);
    expect(most).toBe(1);
  });
});
