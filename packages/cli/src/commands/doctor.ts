import { type CommandInput, defineCommand } from '../command';
import { switchFlag } from '../flags';

export const doctorOptions = {
  json: { schema: switchFlag(), help: 'print what was found as JSON', group: 'Output:' },
} as const;

/** `attune doctor`. */
export const doctorCommand = defineCommand({
  name: 'doctor',
  summary: 'Say what this machine has, and which engines work on it',
  details: 'Opens and measures every engine; downloads nothing.',
  options: doctorOptions,
  examples: ['attune doctor', 'attune doctor --json'],
  async run(input) {
    const { runDoctor } = await import('../doctor/run');
    return runDoctor(input);
  },
});

export type DoctorInput = CommandInput<typeof doctorOptions>;
