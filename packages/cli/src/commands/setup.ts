import { defineCommand, switchFlag } from '../program/command';
import { UsageError } from '../program/failure';
import { printLine, printNote, printStatus } from '../program/terminal';

/** `attune setup`. */
export const setupCommand = defineCommand({
  details:
    'tfjs-node: adds @tensorflow/tfjs-node to the optional dependencies of the project in the current directory, takes ' +
    "TensorFlow's library from PyPI, whose hash pip checks, compiles the addon for it, and tries it. Leaves an addon alone " +
    'that works. Needs Linux on x64, npm, python3 with pip, and a C++ compiler. Writes to node_modules, package.json and its ' +
    'lockfile only, and takes everything back where it fails. Once more after node_modules was removed.',
  argument: { name: 'engine', help: 'tfjs-node' },
  options: {
    gpu: { schema: switchFlag(), help: 'for an NVIDIA GPU: @tensorflow/tfjs-node-gpu, some 3 GB of downloads' },
  },
  examples: ['attune setup tfjs-node', 'attune setup tfjs-node --gpu'],
  async run({ argument: engine, flags, io }) {
    if (engine !== 'tfjs-node') throw new UsageError(`engine: expected tfjs-node, got "${engine}"`);
    const { installTfjsNode } = await import('../setup/install');
    const { join } = await import('node:path');
    const { whileHeld } = await import('@attune/internal');
    const { withDirectoryLock } = await import('@attune/internal/node');
    const { env, signal, stderr } = io;
    const project = process.cwd();
    const install = () =>
      installTfjsNode({
        project,
        gpu: flags.gpu,
        env,
        signal,
        onStep: (step) => printLine(stderr, step),
        onProgress: ({ name, megabytes }, bytes) =>
          printStatus(stderr, `${name}: ${Math.round(bytes / 1e6)}${megabytes ? ` of ${megabytes}` : ''} MB`),
      });
    const { plan, worked, gpu } = await withDirectoryLock(join(project, 'node_modules'), () =>
      whileHeld(signal, install),
    );
    const name = plan.name.replace('@tensorflow/', '');
    if (flags.gpu && !gpu) printNote(stderr, `${name} loads, and finds no GPU here that it can use`);
    else printLine(stderr, `${name} works${worked ? ' already' : ''}; use it with --engine ${name}`);
  },
});
