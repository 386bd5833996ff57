import { AttuneError } from '@attune/internal';
import type { Sequence } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { Target } from './problem';

/** Texts and their labels, one of each per example. */
export interface LabeledTexts<Label = string> {
  /** The text of each example. */
  readonly texts: readonly string[];
  /** The second text of each example, for a model of pairs. */
  readonly pairs?: readonly string[];
  /** The target of each text: a label, several, or a number. */
  readonly labels: readonly Label[];
}

/** The parts of a data set. Without a test part, results are reported on the validation part. */
export interface DataParts<Label = string> {
  /** Training examples; those without a text are dropped. */
  readonly train: LabeledTexts<Label>;
  /** Examples for choosing the best evaluation. */
  readonly validation?: LabeledTexts<Label>;
  /** Examples on which results are reported; default the validation part. */
  readonly test?: LabeledTexts<Label>;
}

/** Training data without empty texts. A pair is empty where both its texts are. */
export function withoutEmptyTexts<Label>({ texts, pairs, labels }: LabeledTexts<Label>): LabeledTexts<Label> {
  const kept = [...texts.keys()].filter((i) => texts[i].trim() !== '' || (pairs?.[i] ?? '').trim() !== '');
  const pick = <T>(values: readonly T[]) => kept.map((i) => values[i]);
  return { texts: pick(texts), ...(pairs && { pairs: pick(pairs) }), labels: pick(labels) };
}

/**
 * Checks that every example of a part is complete.
 * @throws RangeError where texts, pairs and labels differ in number
 * @throws AttuneError DATA_EMPTY without a text
 */
export function checkPart(name: string, { texts, pairs = texts, labels }: LabeledTexts<unknown>): void {
  if (texts.length !== labels.length || texts.length !== pairs.length)
    throw new RangeError(
      `${name}: expected a label for each text${pairs === texts ? '' : ', and a second text'}, got ${texts.length} texts, ${labels.length} labels${pairs === texts ? '' : ` and ${pairs.length} second texts`}`,
    );
  if (texts.length === 0)
    throw new AttuneError('DATA_EMPTY', `${name}: expected texts, got only empty ones; check the text column`);
}

/** The input of one example: a text, or two texts in one sequence. */
export type TextInput = string | readonly [first: string, second: string];

/**
 * The input of each example.
 *
 * @example textInputs({ texts: ['a man sleeps'], pairs: ['a man is awake'] }); // [['a man sleeps', 'a man is awake']]
 */
export function textInputs({ texts, pairs }: Pick<LabeledTexts, 'texts' | 'pairs'>): readonly TextInput[] {
  return pairs ? texts.map((text, i) => [text, pairs[i]] as const) : texts;
}

/** An input as one text, for reading and for models of words. */
export function shownText(input: TextInput): string {
  return typeof input === 'string' ? input : input.join(' ‖ ');
}

/** A key that equal inputs share, and no text shares with a pair. */
export function inputKey(input: TextInput): string {
  return typeof input === 'string' ? `t${input}` : `p${JSON.stringify(input)}`;
}

/**
 * Texts, or pairs of them, as token ids with special tokens, cut at `maxLength` (of a pair the longer text first), not
 * padded; texts are views of one array. Pairs have segment ids too. A text without any token, not even special ones, is one padding token.
 *
 * @example
 * const sequences = encodeTexts(tokenizer, ['Dry bean farming', ['a man sleeps', 'a man is awake']], 128);
 */
export function encodeTexts(tokenizer: Tokenizer, texts: readonly TextInput[], maxLength: number): Sequence[] {
  if (!areTexts(texts)) return texts.map((input) => encodeInput(tokenizer, input, maxLength));
  const { ids, starts } = tokenizer.encodeBatch(texts, { truncation: { maxLength }, padding: false });
  return texts.map((_, i) => notEmpty({ ids: ids.subarray(starts[i], starts[i + 1]) }, tokenizer));
}

/** A sequence that a model can read: of at least one token. */
function notEmpty(sequence: Sequence, { padId = 0 }: Tokenizer): Sequence {
  return sequence.ids.length > 0 ? sequence : { ids: Int32Array.of(padId) };
}

/**
 * Number of inputs that were cut at `maxLength`. Only inputs of that length are encoded again to find out.
 *
 * @example
 * countCut(tokenizer, texts, { sequences: encodeTexts(tokenizer, texts, 128), maxLength: 128 });
 */
export function countCut(
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  { sequences, maxLength }: { readonly sequences: readonly Pick<Sequence, 'ids'>[]; readonly maxLength: number },
): number {
  return areCut(tokenizer, inputs, { sequences, maxLength }).filter(Boolean).length;
}

/** Which inputs were cut at `maxLength`, as `countCut` has it. */
export function areCut(
  tokenizer: Tokenizer,
  inputs: readonly TextInput[],
  { sequences, maxLength }: { readonly sequences: readonly Pick<Sequence, 'ids'>[]; readonly maxLength: number },
): boolean[] {
  const full = [...inputs.keys()].filter((i) => sequences[i].ids.length === maxLength);
  const whole = encodeTexts(
    tokenizer,
    full.map((i) => inputs[i]),
    maxLength + 1,
  );
  const cut = new Set(full.filter((_, at) => whole[at].ids.length > maxLength));
  return inputs.map((_, i) => cut.has(i));
}

const areTexts = (inputs: readonly TextInput[]): inputs is readonly string[] =>
  inputs.every((input) => typeof input === 'string');

function encodeInput(tokenizer: Tokenizer, input: TextInput, maxLength: number): Sequence {
  const options = { truncation: { maxLength }, padding: false } as const;
  const { ids, typeIds } =
    typeof input === 'string' ? tokenizer.encode(input, options) : tokenizer.encodePair(...input, options);
  return notEmpty({ ids, typeIds }, tokenizer);
}

/** A data set ready for training: token ids and targets, example by example. */
export interface Dataset {
  /** Token ids of each example. */
  readonly sequences: readonly Sequence[];
  /** The target of each example. */
  readonly targets: readonly Target[];
}
