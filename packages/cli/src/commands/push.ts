import { type CommandInput, defineCommand } from '../command';
import { switchFlag } from '../flags';

export const pushOptions = {
  private: { schema: switchFlag(), help: 'create a private repository, and refuse a public one' },
} as const;

/** `attune push`. */
export const pushCommand = defineCommand({
  name: 'push',
  summary: 'Upload a trained model to the Hugging Face hub',
  details:
    'Uploads model/ as one commit and prints its address. Needs a token with write access in HF_TOKEN, or the one that ' +
    '"hf auth login" stored.',
  argument: { name: 'run', help: 'a run directory, or a model directory' },
  target: { name: 'repository', help: 'owner/name on the hub; created unless it is there' },
  options: pushOptions,
  examples: ['attune push runs/sectors ada/sectors --private'],
  async run(input) {
    const { runPush } = await import('../push/run');
    return runPush(input);
  },
});

export type PushInput = CommandInput<typeof pushOptions>;
