import type { Encoding, Tokenizer } from '@attune/tokenizer';
import { loadTokenizer } from '@attune/tokenizer/node';
import type { TokenizeInput } from '../commands/tokenize';
import { inBatches } from '../predict/batches';
import { writeText } from '../terminal/write-text';
import { type Input, readInputs } from './inputs';
import { lengthCounter, statsLines } from './stats';

/** Texts held at a time, and their UTF-16 units. */
const atOnce = {
  size: 512,
  weightOf: ({ text, pair = '' }: Input) => text.length + pair.length,
  weight: 2 ** 20,
};

/** What `attune tokenize` does: stream texts through the tokenizer, and print their tokens or what is counted of them. */
export async function runTokenize({ flags, io }: TokenizeInput): Promise<void> {
  const tokenizer = await loadTokenizer(flags.tokenizer);
  const counter = lengthCounter(tokenizer.unkId);
  for await (const inputs of inBatches(readInputs(flags.input, io.stdin), atOnce)) {
    io.signal?.throwIfAborted();
    if (flags.stats) for (const input of inputs) counter.add(uncut(tokenizer, input));
    else await writeText(io.stdout, inputs.map((input) => line(encoded(tokenizer, input, {}))).join(''));
  }
  if (flags.stats) await writeText(io.stdout, statsLines(counter.stats()));
}

function encoded(tokenizer: Tokenizer, { text, pair }: Input, options: Parameters<Tokenizer['encode']>[1]): Encoding {
  return pair === undefined ? tokenizer.encode(text, options) : tokenizer.encodePair(text, pair, options);
}

/** The ids of all of a text; a text alone goes the fast way. */
function uncut(tokenizer: Tokenizer, input: Input): Int32Array {
  const whole = { truncation: false, padding: false } as const;
  return input.pair === undefined
    ? tokenizer.encodeBatch([input.text], whole).ids
    : encoded(tokenizer, input, whole).ids;
}

function line({ ids, tokens, offsets }: Encoding): string {
  const pairs = Array.from(ids, (_, i) => [offsets[2 * i], offsets[2 * i + 1]]);
  return `${JSON.stringify({ ids: [...ids], tokens, offsets: pairs })}\n`;
}
