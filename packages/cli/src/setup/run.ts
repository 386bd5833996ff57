import type { SetupInput } from '../commands/setup';
import { printLine, printNote, printStatus } from '../terminal/print';
import { UsageError } from '../usage-error';
import { installTfjsNode } from './install';

/** What `attune setup` does: make an engine work in the project of the current directory. */
export async function runSetup({ argument: engine, flags, io }: SetupInput): Promise<void> {
  if (engine !== 'tfjs-node') throw new UsageError(`engine: expected tfjs-node, got "${engine}"`);
  const { env, signal, stderr } = io;
  const { plan, worked, gpu } = await installTfjsNode({
    project: process.cwd(),
    gpu: flags.gpu,
    env,
    signal,
    onStep: (step) => printLine(stderr, step),
    onProgress: ({ name, megabytes }, bytes) =>
      printStatus(stderr, `${name}: ${Math.round(bytes / 1e6)}${megabytes ? ` of ${megabytes}` : ''} MB`),
  });
  const name = plan.name.replace('@tensorflow/', '');
  if (flags.gpu && !gpu) printNote(stderr, `${name} loads, and finds no GPU here that it can use`);
  else printLine(stderr, `${name} works${worked ? ' already' : ''}; use it with --engine ${name}`);
}
