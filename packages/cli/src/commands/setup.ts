import { type CommandInput, defineCommand } from '../command';
import { switchFlag } from '../flags';

export const setupOptions = {
  gpu: { schema: switchFlag(), help: 'for an NVIDIA GPU: @tensorflow/tfjs-node-gpu, some 3 GB of downloads' },
} as const;

/** `attune setup`. */
export const setupCommand = defineCommand({
  name: 'setup',
  summary: 'Make an engine work that needs more than npm',
  details:
    'tfjs-node: adds @tensorflow/tfjs-node to the optional dependencies of the project in the current directory, takes ' +
    "TensorFlow's library from PyPI, whose hash pip checks, compiles the addon for it, and tries it. Leaves an addon alone " +
    'that works. Needs Linux on x64, npm, python3 with pip, and a C++ compiler. Writes to node_modules, package.json and its ' +
    'lockfile only, and takes everything back where it fails. Once more after node_modules was removed.',
  argument: { name: 'engine', help: 'tfjs-node' },
  options: setupOptions,
  examples: ['attune setup tfjs-node', 'attune setup tfjs-node --gpu'],
  async run(input) {
    const { runSetup } = await import('../setup/run');
    return runSetup(input);
  },
});

export type SetupInput = CommandInput<typeof setupOptions>;
