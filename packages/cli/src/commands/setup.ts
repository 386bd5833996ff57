import { defineCommand, switchFlag } from '../program/command';
import { UsageError } from '../program/failure';
import { printLine, printNote, printStatus } from '../program/terminal';

/** `attune setup`. */
export const setupCommand = defineCommand({
  details:
    'tfjs-node: adds @tensorflow/tfjs-node to the optional dependencies of the project in the current directory, downloads ' +
    "TensorFlow's library from PyPI (pip checks its hash), compiles the addon for it, and tests it. An addon that works is " +
    'left as it is. Needs Linux on x64, npm, python3 with pip, and a C++ compiler. Changes only node_modules, package.json and ' +
    'its lockfile, and restores them if a step fails. Run it again after node_modules was removed.',
  argument: { name: 'engine', help: 'engine to set up: tfjs-node' },
  options: {
    gpu: { schema: switchFlag(), help: 'install @tensorflow/tfjs-node-gpu, for an NVIDIA GPU (downloads about 3 GB)' },
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
    if (flags.gpu && !gpu) printNote(stderr, `${name} loads, but finds no GPU that it can use`);
    else printLine(stderr, `${name} ${worked ? 'already works' : 'works'}; use it with --engine ${name}`);
  },
});
