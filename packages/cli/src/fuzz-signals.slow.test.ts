import { spawn } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attune } from '../test/capture';
import { bin, isBuilt } from '../test/crash';
import { temporaryDirectory } from '../test/files';
import { drawCall, drawFrom } from '../test/fuzz/calls';
import { faultsOf } from '../test/fuzz/verdict';
import { contentsOf, makeWorld } from '../test/fuzz/world';

/** A process that takes more seconds than this to end after a signal does not heed it. */
const patience = 20;

/** No hub answers. */
const env = { HF_ENDPOINT: 'http://127.0.0.1:9', HF_TOKEN: 'hf_none' };

interface Stop {
  readonly signal: 'SIGINT' | 'SIGTERM';
  readonly after: number;
}

/** Runs `attune` in a world, with standard input left open, and sends it one signal. */
function stopped(argv: readonly string[], { world, signal, after }: Stop & { world: string }) {
  const child = spawn(process.execPath, [bin, ...argv], { cwd: world, env: { ...process.env, ...env } });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].on('data', (chunk) => {
      written[name] += chunk;
    });
  let isDeaf = false;
  const signaling = setTimeout(() => child.kill(signal), after);
  const killing = setTimeout(
    () => {
      isDeaf = child.kill('SIGKILL');
    },
    after + patience * 1000,
  );
  const codes = { SIGINT: 130, SIGTERM: 143 };
  return new Promise<{ code: number; stdout: string; stderr: string; isDeaf: boolean }>((resolve) =>
    child.once('close', (code) => {
      for (const timer of [signaling, killing]) clearTimeout(timer);
      resolve({ code: code ?? codes[signal], ...written, isDeaf });
    }),
  );
}

it.skipIf(!isBuilt)(
  'one signal ends every command, and loses no file (needs dist: npm run build)',
  async () => {
    const directory = temporaryDirectory();
    const [template, world] = [join(directory, 'template'), join(directory, 'world')];
    await makeWorld(world);
    cpSync(world, template, { recursive: true, verbatimSymlinks: true });
    const before = contentsOf(world);
    const failures: string[] = [];
    for (let i = 0; i < 200; i++) {
      const draw = drawFrom(240, i);
      const limited = await drawCall(world, draw);
      const argv = limited.filter((word, k) => word !== '--max-steps' && limited[k - 1] !== '--max-steps');
      const stop = { signal: draw.from(['SIGINT', 'SIGTERM'] as const), after: 100 + 2500 * draw() };
      const ended = await stopped(argv, { world, ...stop });
      const faults = faultsOf({ argv, world, before }, ended);
      if (ended.isDeaf) faults.push(`heeds no ${stop.signal} after ${stop.after.toFixed(0)} ms`);
      if (ended.code > 128 && argv.includes('--out')) {
        const { stderr } = await attune([...limited, '--overwrite'], { env });
        if (stderr.includes('nothing else is writing')) faults.push('its lock stops the next command');
      }
      if (faults.length > 0) failures.push(`${i}: attune ${argv.join(' ')}\n  ${faults.slice(0, 4).join('\n  ')}`);
      rmSync(world, { recursive: true });
      cpSync(template, world, { recursive: true, verbatimSymlinks: true });
    }
    expect(failures.join('\n')).toBe('');
  },
  3_600_000,
);
