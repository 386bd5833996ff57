import { typedCommand } from '@attune/internal';
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
    help: 'file of prompts, in place of --prompt; writes one JSON object per row, in order; "-" reads lines from standard input',
    group: 'Prompts from a file:',
  },
  promptTemplate: {
    schema: textFlag().optional(),
    value: 'template',
    help: "prompt template for the rows, such as '### Job: {description}\\n### Skills:'; default: the run's, or the only column",
    group: 'Prompts from a file:',
  },
  format: {
    schema: choiceFlag(['csv', 'tsv', 'jsonl', 'json', 'parquet', 'lines']).optional(),
    value: 'format',
    help: 'file format: csv, tsv, jsonl, json, parquet, lines; default: from the file extension',
    group: 'Prompts from a file:',
  },
  delimiter: { ...delimiterOption, group: 'Prompts from a file:' },
  output: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file to write instead of standard output; an interrupted command leaves <file>.partial, and running it again resumes there',
    group: 'Prompts from a file:',
  },
  batchSize: number('prompts per batch; default 8', { group: 'Prompts from a file:' }),
  maxNewTokens: number('maximum number of new tokens, limited by the context of the model; default 256', {
    group: 'Text:',
  }),
  stop: {
    schema: textFlag().optional(),
    value: 'text',
    help: 'text that stops the generation, in which \\n is a line break; it is not printed',
    group: 'Text:',
  },
  jsonSchema: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file with a JSON schema that the output follows, such as {"type": "array", "items": {"type": "string"}}',
    group: 'Text:',
  },
  grammar: {
    schema: textFlag().optional(),
    value: 'file',
    help: 'file with a grammar that the output follows, in llama.cpp\'s notation, such as root ::= "yes" | "no"',
    group: 'Text:',
  },
  temperature: number(
    'sampling temperature: below 1 favors likely tokens, above 1 flattens the distribution; default: greedy decoding',
  ),
  topK: number('sample from the n most likely tokens'),
  topP: number('sample from the most likely tokens with this total probability', { value: 'probability' }),
  repetitionPenalty: number('values above 1 make tokens that already occurred less likely; default 1', {
    value: 'factor',
  }),
  seed: number('random seed for sampling; default 42'),
  chat: {
    schema: switchFlag(),
    help: "treat each prompt as a user's message, or as a JSON list of messages, and render it with the model's chat template",
    group: 'Chat:',
  },
  system: {
    schema: textFlag().optional(),
    value: 'text',
    help: "system message before the user's message",
    group: 'Chat:',
  },
  chatTemplate: {
    schema: textFlag().optional(),
    value: 'name',
    help: 'chat template to use, for a model with several; default: the run\'s, or the one named "default"',
    group: 'Chat:',
  },
  chatVariables: {
    schema: textFlag().optional(),
    value: 'json',
    help: `additional variables for the chat template, such as '{"enable_thinking": false}'; default: the run's`,
    group: 'Chat:',
  },
  engine: engineOption,
  adapter: adapterOption,
  base: baseOption,
  quantize: quantizeOption,
  activations: {
    schema: choiceFlag(activationKinds).optional(),
    value: 'type',
    help: 'precision of the activations that 8- and 4-bit matrices are multiplied by: float32 (default), or int8 (faster, less exact)',
    group: 'Model:',
  },
  revision: { ...revisionOption, group: 'Model:' },
} as const;

/** `attune generate`. */
export const generateCommand = defineCommand({
  details:
    'Streams the generated text; prints the number of tokens, the speed and the reason for stopping to stderr. With --input it prints {"line", "text", "tokens", "ended"} per row, in order.',
  argument: { ...sourceArgument, more: `a prompt needs its flag: ${typedCommand("generate RUN --prompt 'a text'")}` },
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
    const { loadGenerator, unescapedTemplate } = await import('@attune/train/node');
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
        prompt === undefined
          ? '--prompt: required; pass --prompt or --input'
          : '--input: cannot be used with --prompt; remove one',
      );
    if (input === undefined) refuseFlags(flags, ofRows, 'with --prompt, only with --input');
    const questions = { system, chatTemplate, chatVariables, revision, adapter };
    const prompts = chat ? await (await import('./generate-chat')).chatPrompts(source, questions, io) : undefined;
    if (!chat) refuseFlags(flags, ['system', 'chatTemplate', 'chatVariables'], 'without --chat');
    const stopStrings = stop === undefined ? [] : [unescapedTemplate(stop)];
    const writing = { ...options, ...within, stopStrings, hasSpecialTokens: chat };
    const rows = input === undefined ? undefined : { input, output, promptTemplate, format, delimiter };
    const settings = { adapter, base, quantize, activations, chat, system, chatTemplate, chatVariables, revision };
    const writeRows =
      rows &&
      (await (
        await import('./generate-rows')
      ).prepareRows({ source, rows, options: writing, chat: prompts, settings, io }));
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
      const { tokens, ended, isWhole } = await print(
        generator.stream(prompts?.ofText(prompt!) ?? prompt!, writing),
        io,
      );
      const perSecond = (1000 * tokens) / (performance.now() - started);
      const by = within.grammar === undefined ? 'schema' : 'grammar';
      const isFree = within.grammar === undefined && within.jsonSchema === undefined;
      const reason = ended === 'stop' && !isFree ? `end token, end of the ${by}, or --stop` : reasons[ended];
      printLine(io.stderr, `${tokens} tokens, ${perSecond.toFixed(0)} per second; ended: ${reason}`);
      if (isWhole === false)
        printNote(io.stderr, `the ${within.grammar === undefined ? 'JSON' : 'text'} is incomplete: ${advice[ended]}`);
    } finally {
      await engine.close();
    }
  },
});

const ofRows = ['promptTemplate', 'format', 'delimiter', 'output', 'batchSize'] as const;

/** Constraint of the output: a JSON schema, a grammar, or nothing. */
async function readWithin(schema: string | undefined, grammar: string | undefined) {
  if (schema === undefined && grammar === undefined) return {};
  if (schema !== undefined && grammar !== undefined)
    throw new UsageError('--grammar: cannot be used with --json-schema; remove one');
  const { readGrammar, readJsonSchema } = await import('../data/grammars');
  if (grammar !== undefined) return { grammar: await readGrammar(grammar) };
  return { jsonSchema: await readJsonSchema(schema!) };
}

const reasons: Readonly<Record<GeneratedText['ended'], string>> = {
  stop: 'end token or --stop',
  'dead-end': 'no token continues the JSON or the grammar',
  'max-new-tokens': '--max-new-tokens',
  context: "the end of the model's context",
};

const advice: typeof reasons = {
  stop: 'it contains the text of --stop; use another text, or remove --stop',
  'max-new-tokens': 'raise --max-new-tokens, or limit its length (maxItems, maxLength, {m,n})',
  context: 'shorten the prompt, or limit its length (maxItems, maxLength, {m,n})',
  'dead-end': 'the vocabulary lacks its characters; use another model',
};

async function print(pieces: ReturnType<TextGenerator['stream']>, io: Io): Promise<GeneratedText> {
  for (;;) {
    io.signal?.throwIfAborted();
    const { done, value } = await pieces.next();
    await writeText(io.stdout, done ? '\n' : value, { isRaw: !io.stdout.isTTY });
    if (done) return value;
  }
}
