import { type CommandInput, defineCommand } from '../command';
import { numberFlag, switchFlag, textFlag } from '../flags';
import { adapterOption, engineOption, quantizeOption, revisionOption, sourceArgument } from './shared-options';

const number = (help: string, { value = 'n', group = 'Choice of tokens:' } = {}) => ({
  schema: numberFlag().optional(),
  value,
  help,
  group,
});

export const generateOptions = {
  prompt: { schema: textFlag(), value: 'text', help: 'what the text goes on from', group: 'Text:' },
  maxNewTokens: number('most tokens; default 256, and never past the context', { group: 'Text:' }),
  stop: { schema: textFlag().optional(), value: 'text', help: 'ends the text, and is not part of it', group: 'Text:' },
  temperature: number('draws tokens: below 1 the likely ones more often, above 1 less; default: the likeliest always'),
  topK: number('draws among the n likeliest tokens'),
  topP: number('draws among the likeliest tokens of this probability together', { value: 'probability' }),
  repetitionPenalty: number('above 1 makes what was there less likely; default 1', { value: 'factor' }),
  seed: number('of what is drawn; default 42'),
  chat: {
    schema: switchFlag(),
    help: "take --prompt as a user's message, written as the model's chat template says",
    group: 'Chat:',
  },
  system: { schema: textFlag().optional(), value: 'text', help: 'the system message before it', group: 'Chat:' },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: 'which template, of a model that has several; default: the one called default',
    group: 'Chat:',
  },
  engine: engineOption,
  adapter: adapterOption,
  quantize: quantizeOption,
  revision: { ...revisionOption, group: 'Model:' },
} as const;

/** `attune generate`. */
export const generateCommand = defineCommand({
  name: 'generate',
  summary: 'Write on from a prompt with a causal language model',
  details:
    'Prints the text after the prompt as it is written; on stderr how many tokens it has, how fast they came, and why it ended.',
  argument: sourceArgument,
  options: generateOptions,
  examples: [
    "attune generate models/stories260K --prompt 'Once upon a time' --max-new-tokens 100",
    "attune generate models/stories260K --prompt 'Once upon a time' --temperature 0.8 --top-p 0.9 --seed 7",
    "attune generate path/to/llama --adapter runs/skills/adapter --prompt '### Job: Welder\n### Skills:'",
  ],
  async run(input) {
    const { runGenerate } = await import('../generate/run');
    return runGenerate(input);
  },
});

export type GenerateInput = CommandInput<typeof generateOptions>;
