import type { GeneratedText, TextGenerator } from '@attune/train/node';
import { activationKinds } from '../options/choices';
import {
  adapterOption,
  baseOption,
  engineOption,
  quantizeOption,
  revisionOption,
  sourceArgument,
} from '../options/model';
import { delimiterOption } from '../options/tasks';
import { choiceFlag, defineCommand, numberFlag, refuseFlags, switchFlag, textFlag } from '../program/command';
import { UsageError } from '../program/failure';
import type { Io } from '../program/process';
import { printLine, printNote, writeText } from '../program/terminal';

const number = (help: string, { value = 'n', group = 'Sampling:' } = {}) => ({
  schema: numberFlag().optional(),
  value,
  help,
  group,
});

const options = {
  prompt: { schema: textFlag().optional(), value: 'text', help: 'prompt to continue', group: 'Text:' },
  input: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file of prompts instead: a line of JSON per row, in order; "-" reads lines from standard input',
    group: 'Prompts of a file:',
  },
  promptTemplate: {
    schema: textFlag().optional(),
    value: 'template',
    help: "prompt of a row, such as '### Job: {description}\\n### Skills:'; default: the run's, or the only column",
    group: 'Prompts of a file:',
  },
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'lines']).optional(),
    value: 'format',
    help: 'csv, tsv, jsonl, json, parquet, lines; default: by the extension',
    group: 'Prompts of a file:',
  },
  delimiter: { ...delimiterOption, group: 'Prompts of a file:' },
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file to write instead of standard output; until all is done it is <file>.partial, and the same command goes on from there',
    group: 'Prompts of a file:',
  },
  batchSize: number('prompts per batch; default 8', { group: 'Prompts of a file:' }),
  maxNewTokens: number('maximum number of new tokens; default 256, within the context', { group: 'Text:' }),
  stop: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'text that ends the generation, not printed',
    group: 'Text:',
  },
  jsonSchema: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'JSON schema that what is written meets, such as {"type": "array", "items": {"type": "string"}}',
    group: 'Text:',
  },
  grammar: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'grammar that what is written is of, in llama.cpp\'s notation, such as root ::= "yes" | "no"',
    group: 'Text:',
  },
  temperature: number('sample with this temperature: below 1 favors likely tokens, above 1 flattens; default: greedy'),
  topK: number('sample among the n most likely tokens'),
  topP: number('sample among the most likely tokens with this total probability', { value: 'probability' }),
  repetitionPenalty: number('above 1 makes earlier tokens less likely; default 1', { value: 'factor' }),
  seed: number('random seed for sampling; default 42'),
  chat: {
    schema: switchFlag(),
    help: "treat --prompt as a user's message, rendered by the model's chat template",
    group: 'Chat:',
  },
  system: { schema: textFlag().optional(), value: 'text', help: 'system message before it', group: 'Chat:' },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: "name of the chat template, for a model with several; default: the run's, or the one named default",
    group: 'Chat:',
  },
  chatVariables: {
    schema: textFlag().optional(),
    value: 'json',
    help: `further variables of the chat template, such as {"enable_thinking": false}; default: the run's`,
    group: 'Chat:',
  },
  engine: engineOption,
  adapter: adapterOption,
  base: baseOption,
  quantize: quantizeOption,
  activations: {
    schema: choiceFlag(activationKinds).optional(),
    value: 'type',
    help: 'multiply 8- and 4-bit matrices by float32 (default) or int8: faster, and less exact',
    group: 'Model:',
  },
  revision: { ...revisionOption, group: 'Model:' },
} as const;

/** `attune generate`. */
export const generateCommand = defineCommand({
  details:
    'Streams the text after the prompt; prints the number of tokens, the speed and the reason for the end to stderr. With --input it prints {"line", "text", "tokens", "ended"} for every row, in order.',
  argument: { ...sourceArgument, more: "a prompt needs its flag: attune generate RUN --prompt 'a text'" },
  options,
  examples: [
    "attune generate models/stories260K --prompt 'Once upon a time' --max-new-tokens 100",
    "attune generate models/stories260K --prompt 'Once upon a time' --temperature 0.8 --top-p 0.9 --seed 7",
    'attune generate path/to/llama --prompt Skills: --json-schema skills.schema.json',
    'attune generate path/to/llama --prompt Skills: --grammar skills.gbnf',
    'attune generate runs/skills --input postings.csv --output lists.jsonl',
    "attune generate path/to/llama --adapter runs/skills/adapter --prompt '### Job: Welder\n### Skills:'",
  ],
  async run({ flags, argument: source, io }) {
    const { openEngine } = await import('@attune/engine/node');
    const { loadGenerator } = await import('@attune/train/node');
    const { downloadListener } = await import('../program/listener');
    const {
      engine: name,
      revision,
      prompt,
      stop,
      adapter,
      base,
      quantize,
      activations,
      chat,
      system,
      chatTemplate,
      chatVariables,
      jsonSchema: schemaFile,
      grammar: grammarFile,
      input,
      output,
      promptTemplate,
      format,
      delimiter,
      ...options
    } = flags;
    const within = await readWithin(schemaFile, grammarFile);
    if ((prompt === undefined) === (input === undefined))
      throw new UsageError(
        prompt === undefined ? '--prompt: required, or --input' : '--input: expected no --prompt beside it; drop one',
      );
    if (input === undefined) refuseFlags(flags, ofRows, 'one prompt; they are of --input');
    const promptOf = chat
      ? await (await import('./generate-chat')).chatPrompts(
          source,
          { system, chatTemplate, chatVariables, revision },
          io,
        )
      : (own: string) => own;
    if (!chat)
      refuseFlags(flags, ['system', 'chatTemplate', 'chatVariables'], 'a plain prompt; --chat makes a message of it');
    const stopStrings = stop === undefined ? [] : [stop];
    const writing = { ...options, ...within, stopStrings, hasSpecialTokens: chat };
    const rows = input === undefined ? undefined : { input, output, promptTemplate, format, delimiter };
    const settings = { adapter, base, quantize, activations, chat, system, chatTemplate, chatVariables, revision };
    const writeRows =
      rows &&
      (await (await import('./generate-rows')).prepareRows({ source, rows, options: writing, promptOf, settings, io }));
    const engine = await openEngine({ name });
    try {
      const listeners = {
        onProgress: downloadListener(io.stderr),
        onNote: (note: string) => printNote(io.stderr, note),
      };
      const generator = await loadGenerator(source, {
        ...listeners,
        engine,
        revision,
        adapter,
        base,
        quantize,
        activations,
      });
      if (writeRows) return await writeRows(generator);
      const started = performance.now();
      const { tokens, ended, isWhole } = await print(generator.stream(promptOf(prompt!), writing), io);
      const perSecond = (1000 * tokens) / (performance.now() - started);
      const by = within.grammar === undefined ? 'schema' : 'grammar';
      const isFree = within.grammar === undefined && within.jsonSchema === undefined;
      const reason = ended === 'stop' && !isFree ? `as the model, the ${by} or --stop says` : reasons[ended];
      printLine(io.stderr, `${tokens} tokens, ${perSecond.toFixed(0)} a second; ended: ${reason}`);
      if (isWhole === false)
        printNote(io.stderr, `the ${within.grammar === undefined ? 'JSON' : 'text'} is not whole: ${advice[ended]}`);
    } finally {
      await engine.close();
    }
  },
});

const ofRows = ['promptTemplate', 'format', 'delimiter', 'output', 'batchSize'] as const;

/** What is to be written: JSON of a schema, a text of a grammar, or anything. */
async function readWithin(schema: string | undefined, grammar: string | undefined) {
  if (schema === undefined && grammar === undefined) return {};
  if (schema !== undefined && grammar !== undefined)
    throw new UsageError('--grammar: expected no --json-schema beside it; drop one');
  const { readGrammar, readJsonSchema } = await import('../data/grammars');
  if (grammar !== undefined) return { grammar: await readGrammar(grammar) };
  return { jsonSchema: await readJsonSchema(schema!) };
}

const reasons: Readonly<Record<GeneratedText['ended'], string>> = {
  stop: 'as the model or --stop says',
  'dead-end': 'no token goes on with what is to be written',
  'max-new-tokens': '--max-new-tokens',
  context: "the end of the model's context",
};

const advice: typeof reasons = {
  stop: 'the text of --stop is within it; take another one, or none',
  'max-new-tokens': 'it ends within; raise --max-new-tokens, or bound it (maxItems, maxLength, {m,n})',
  context: 'it ends within; shorten the prompt, or bound it (maxItems, maxLength, {m,n})',
  'dead-end': 'the vocabulary lacks its characters; take another model',
};

async function print(pieces: ReturnType<TextGenerator['stream']>, io: Io): Promise<GeneratedText> {
  for (;;) {
    io.signal?.throwIfAborted();
    const { done, value } = await pieces.next();
    await writeText(io.stdout, done ? '\n' : value, { isRaw: !io.stdout.isTTY });
    if (done) return value;
  }
}
