import { type CommandInput, defineCommand } from '../command';
import { switchFlag, textFlag } from '../flags';

export const tokenizeOptions = {
  tokenizer: {
    schema: textFlag(),
    value: 'directory',
    help: 'a directory with tokenizer.json, or vocab.txt and tokenizer_config.json',
    group: 'Model:',
  },
  input: {
    schema: textFlag().default('-'),
    value: 'file',
    help: 'plain lines, or .jsonl with "text" and maybe "pair"; default: lines from standard input',
    group: 'Data:',
  },
  stats: {
    schema: switchFlag(),
    help: 'print how long the texts are in tokens, uncut, and how much of them is unknown',
    group: 'Output:',
  },
} as const;

/** `attune tokenize`. */
export const tokenizeCommand = defineCommand({
  name: 'tokenize',
  summary: 'Turn texts into tokens, one JSON object a text',
  details:
    'Prints {"ids", "tokens", "offsets"} for every text, in order: special tokens included, cut and padded as the tokenizer\'s file says, offsets [start, end) in UTF-16 units. The input is streamed.',
  options: tokenizeOptions,
  examples: [
    'attune tokenize --tokenizer runs/sectors/model --input new.txt > tokens.jsonl',
    'attune tokenize --tokenizer runs/sectors/model --input postings.jsonl --stats',
  ],
  async run(input) {
    const { runTokenize } = await import('../tokenize/run');
    return runTokenize(input);
  },
});

export type TokenizeInput = CommandInput<typeof tokenizeOptions>;
