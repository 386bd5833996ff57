import type { RowStream } from '@attune/data';
import type { Encoding, Tokenizer } from '@attune/tokenizer';
import { defineCommand, switchFlag, textFlag } from '../../program/command';
import type { Io } from '../../program/process';
import { printNote, writeText } from '../../program/terminal';
import { lengthCounter, statsLines } from './stats';

const options = {
  tokenizer: {
    schema: textFlag(),
    value: 'directory',
    help: 'directory with tokenizer.json, with vocab.txt, with vocab.json and merges.txt, or with a SentencePiece model',
    group: 'Model:',
  },
  input: {
    schema: textFlag().default('-'),
    value: 'file',
    help: 'file of plain lines, or .jsonl with "text" and an optional "pair"; default: lines from standard input',
    group: 'Data:',
  },
  stats: {
    schema: switchFlag(),
    help: 'print statistics instead: lengths in tokens before truncation, and the share of unknown tokens',
    group: 'Output:',
  },
} as const;

/** `attune tokenize`. */
export const tokenizeCommand = defineCommand({
  details:
    'Prints {"ids", "tokens", "offsets"} per text, in order, with special tokens and with offsets [start, end) in UTF-16 units. Texts are neither truncated nor padded, even if the tokenizer file asks for it. The input is streamed.',
  options,
  examples: [
    'attune tokenize --tokenizer runs/sectors/model --input new.txt > tokens.jsonl',
    'attune tokenize --tokenizer runs/sectors/model --input postings.jsonl --stats',
  ],
  async run({ flags, io }) {
    const { loadTokenizer } = await import('@attune/tokenizer/node');
    const { inBatches } = await import('../../data/batches');
    const tokenizer = await loadTokenizer(flags.tokenizer, { onNote: (note) => printNote(io.stderr, note) });
    const limit = bakedIn(tokenizer);
    if (limit !== undefined) printNote(io.stderr, `${flags.tokenizer}: ${limit}`);
    const counter = lengthCounter(tokenizer.unkId);
    for await (const inputs of inBatches(readInputs(flags.input, io.stdin), chunk)) {
      io.signal?.throwIfAborted();
      if (flags.stats) for (const input of inputs) counter.add(uncut(tokenizer, input));
      else await writeText(io.stdout, inputs.map((input) => line(encoded(tokenizer, input, whole))).join(''));
    }
    if (flags.stats) await writeText(io.stdout, statsLines(counter.stats()));
  },
});

/** Maximum number of texts in memory, and of their UTF-16 units. */
const chunk = {
  size: 512,
  weightOf: ({ text, pair = '' }: Input) => text.length + pair.length,
  weight: 2 ** 20,
};

function encoded(tokenizer: Tokenizer, { text, pair }: Input, options: Parameters<Tokenizer['encode']>[1]): Encoding {
  return pair === undefined ? tokenizer.encode(text, options) : tokenizer.encodePair(text, pair, options);
}

/** Options that ignore truncation and padding of the tokenizer file. */
const whole = { truncation: false, padding: false } as const;

/** Note about a tokenizer.json that truncates or pads; undefined if it does neither. */
function bakedIn(tokenizer: Tokenizer): string | undefined {
  const { truncation, padding } = tokenizer.toJson();
  if (!truncation && !padding) return undefined;
  const told = [
    ...(truncation ? [`truncates texts at ${truncation.max_length} tokens`] : []),
    ...(padding ? ['pads them'] : []),
  ];
  return `tokenizer.json ${told.join(' and ')}; here texts are whole, and training and prediction truncate them at their own maximum length`;
}

/** The ids of a whole input; single texts use the faster batch encoder. */
function uncut(tokenizer: Tokenizer, input: Input): Int32Array {
  return input.pair === undefined
    ? tokenizer.encodeBatch([input.text], whole).ids
    : encoded(tokenizer, input, whole).ids;
}

function line({ ids, tokens, offsets }: Encoding): string {
  const pairs = Array.from(ids, (_, i) => [offsets[2 * i], offsets[2 * i + 1]]);
  return `${JSON.stringify({ ids: [...ids], tokens, offsets: pairs })}\n`;
}

/** A text, or a pair of texts that are tokenized together. */
interface Input {
  readonly text: string;
  readonly pair?: string;
}

/**
 * Streams the texts of a file (`-` is standard input): lines, including blank ones, or the `text` and `pair` of JSON lines.
 *
 * @throws AttuneError as `readRows`, and DATA_COLUMN_MISSING with file and line where an object has no text
 */
async function* readInputs(path: string, stdin: Io['stdin']): AsyncGenerator<Input> {
  const { extensionOf, readRows } = await import('@attune/data/node');
  const kind = extensionOf(path);
  const isJson = kind === '.jsonl' || kind === '.ndjson';
  if (['.csv', '.tsv', '.tab', '.json', '.parquet'].includes(kind)) {
    const { AttuneError } = await import('@attune/engine');
    throw new AttuneError(
      'DATA_FORMAT',
      `${path}: expected a text per line, or JSON lines, got a file that ends in ${kind}; write its texts as JSON lines: {"text": "…"}`,
    );
  }
  const stream = await readRows(path, { format: isJson ? 'jsonl' : 'lines', stdin });
  yield* inputsOf(stream);
}

async function* inputsOf({ rows, where }: RowStream): AsyncGenerator<Input> {
  for await (const { line, fields } of rows) {
    if (!Object.hasOwn(fields, 'text')) {
      const { AttuneError } = await import('@attune/engine');
      const found = Object.keys(fields).join(', ') || 'none';
      throw new AttuneError(
        'DATA_COLUMN_MISSING',
        `${where} line ${line}: expected an object with "text", got the keys ${found}; rename the one that holds the text`,
      );
    }
    yield Object.hasOwn(fields, 'pair') ? { text: fields.text, pair: fields.pair } : { text: fields.text };
  }
}
