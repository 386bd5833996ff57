import { spawn } from 'node:child_process';
import { AttuneError } from '@attune/engine';

/** How other programs are run. */
export interface ToolSettings {
  readonly directory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end, and gives what it wrote on stdout.
 *
 * @throws AttuneError SETUP_FAILED with the last it said, where it fails; the signal's reason, once that is aborted
 */
export async function runTool(command: string, args: readonly string[], settings: ToolSettings): Promise<string> {
  const { code, stdout, stderr } = await ended(command, args, settings);
  settings.signal?.throwIfAborted();
  if (code === 0) return stdout;
  const said = (stderr.trim() || stdout.trim()).split('\n').slice(-4).join('\n');
  throw new AttuneError('SETUP_FAILED', `setup: ${command} ${args.slice(0, 3).join(' ')} … failed: ${said}`);
}

/** Whether a program is there and does as it is told. */
export async function works(command: string, args: readonly string[], settings: ToolSettings): Promise<boolean> {
  return (await ended(command, args, settings)).code === 0;
}

interface Ended {
  /** 1 also for a program that cannot be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(command: string, args: readonly string[], { directory, env, signal }: ToolSettings): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: directory, env, signal, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].on('data', (chunk) => {
        text[name] += chunk;
      });
    child.on('error', ({ message }) => resolve({ code: 1, stdout: '', stderr: message }));
    child.on('close', (code) => resolve({ code: code ?? 1, ...text }));
  });
}
