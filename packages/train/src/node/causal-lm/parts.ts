import { AttuneError, agreed, counted } from '@attune/internal';
import type { Model } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import type { TrainingArguments } from '../../arguments/arguments';
import {
  type CausalExamples,
  causalExamples,
  cutExamples,
  type PromptedText,
  type TruncationMode,
} from '../../tasks/causal-lm/examples';
import { type TokenLengths, tokenLengths } from '../../tasks/causal-lm/lengths';
import type { CausalLmData } from '../../tasks/causal-lm/task';
import { usualMaxLength } from '../model/max-length';
import { reportedPart, withMaxLength } from '../run/checks';

/** Texts to learn whole, or after a prompt, part by part. Without a test part, results are reported on the validation part. */
export interface CausalLmTextParts {
  /** Texts to learn from; empty ones are dropped. */
  readonly train: readonly (PromptedText | string)[];
  /** Texts by which the best evaluation is chosen. */
  readonly validation?: readonly (PromptedText | string)[];
  /** Texts on which results are reported; default the validation part. */
  readonly test?: readonly (PromptedText | string)[];
}

type Texts = readonly (PromptedText | string)[];

/** The parts, without the empty texts of the training part. */
export interface CheckedTexts {
  readonly train: Texts;
  readonly validation?: Texts;
  /** The reported part, and its name. */
  readonly reported: Texts;
  readonly evaluatedOn: 'test' | 'validation';
}

const wholeText = (text: PromptedText | string): string =>
  typeof text === 'string' ? text : (text.prompt ?? '') + text.completion;

/** @throws RangeError for data without a part to report on; AttuneError DATA_EMPTY for a training part of empty texts */
export function checkedTexts(
  { train, validation, test }: CausalLmTextParts,
  onNote: (note: string) => void,
): CheckedTexts {
  const { reported, evaluatedOn } = reportedPart({ validation, test });
  const kept = train.filter((text) => wholeText(text).trim() !== '');
  if (kept.length === 0)
    throw new AttuneError('DATA_EMPTY', 'train data: expected texts, got only empty ones; give some text to learn');
  if (kept.length < train.length) onNote(`${counted(train.length - kept.length, 'empty training text')} dropped`);
  return { train: kept, validation, reported, evaluatedOn };
}

/** Whether texts are learned whole, each with an added end token. */
export const arePlain = (texts: Texts): boolean =>
  texts.every((text) => typeof text === 'string' || (!text.prompt && !text.hasSpecialTokens));

/** Texts for the vocabulary of a new model. */
export const wholeTexts = (texts: Texts): string[] => texts.map(wholeText);

export interface Encoding {
  readonly tokenizer: Tokenizer;
  readonly endTokenId: number | undefined;
  readonly model: Model;
  readonly mode: TruncationMode;
  readonly onNote: (note: string) => void;
}

/** Training texts as token ids, uncut, and their lengths. */
export function encodeTraining(
  texts: Texts,
  { tokenizer, endTokenId, model, onNote }: Pick<Encoding, 'tokenizer' | 'endTokenId' | 'model' | 'onNote'>,
) {
  const examples = causalExamples(texts, { tokenizer, endTokenId });
  const lengths = tokenLengths(
    examples.sequences.map(({ ids }) => ids.length),
    { maxPositions: usualMaxLength({ config: model.config, tokenizer }) },
  );
  const isChat = texts.some((text) => typeof text !== 'string' && text.hasSpecialTokens === true);
  noteSplit(examples, isChat, onNote);
  return { examples, lengths };
}

function noteSplit({ split, sequences }: CausalExamples, isChat: boolean, onNote: (note: string) => void): void {
  if (split === 0) return;
  const all = sequences.length.toLocaleString('en');
  const advice = isChat
    ? 'use a chat template that begins the answer after a special token or a line break'
    : 'end the prompt where a word ends, and begin the completion with a space';
  onNote(
    `${split} of ${all} training prompts ${agreed(split, 'ends', 'end')} within a token, which is learned, but the prompt alone never produces it; ${advice}`,
  );
}

/** Arguments with the maximum length that applies; default the proposed one. */
export function withProposedLength(
  args: TrainingArguments,
  { maxLength }: TokenLengths,
  limits: Pick<Encoding, 'model' | 'tokenizer'>,
) {
  return withMaxLength({ ...args, maxLength: args.maxLength ?? Math.max(3, maxLength) }, limits);
}

/** A part as token ids, cut, and the notes on that. */
export interface CutPart {
  readonly data: CausalLmData;
  /** Numbers of cut and of dropped texts; a text is one or the other. */
  readonly cuts: readonly string[];
}

/**
 * One part, cut.
 *
 * @throws AttuneError DATA_EMPTY for a part without anything left to learn
 */
export function cutPart(
  name: string,
  examples: CausalLmData,
  { maxLength, mode }: { maxLength: number } & Pick<Encoding, 'mode'>,
): CutPart {
  const { data, cut, dropped } = cutExamples(examples, { maxLength, mode });
  if (data.sequences.length === 0)
    throw new AttuneError(
      'DATA_EMPTY',
      `${name} data: expected completions within ${maxLength} tokens, all ${dropped.length} texts have nothing to learn there; raise maxLength, or keep their completions (truncationMode keep_completion)`,
    );
  const lost = Array.from(examples.promptLengths).some((length) => length > 0)
    ? lostOfPrompted[mode]
    : lostOfPlain[mode];
  const cuts = [
    ...(cut > 0
      ? [`${counted(cut, `${name} text`)} ${agreed(cut, 'exceeds', 'exceed')} ${maxLength} tokens; ${lost(cut)}`]
      : []),
    ...(dropped.length > 0 ? [droppedNote(dropped.length, { name, kept: kept(mode, maxLength) })] : []),
  ];
  return { data, cuts };
}

const droppedNote = (count: number, { name, kept }: { readonly name: string; readonly kept: string }) =>
  `${counted(count, `${name} text`)} ${agreed(count, 'is', 'are')} dropped, with nothing to learn ${kept}`;

type Lost = Readonly<Record<TruncationMode, (count: number) => string>>;

const truncatedAt = (place: string) => (count: number) =>
  `${agreed(count, 'it is', 'they are')} truncated at the ${place}`;

const lostOfPlain: Lost = {
  keep_start: truncatedAt('end'),
  keep_end: truncatedAt('start'),
  keep_completion: truncatedAt('end'),
};
const lostOfPrompted: Lost = {
  ...lostOfPlain,
  keep_completion: (count) =>
    `${agreed(count, 'its prompt is', 'their prompts are')} truncated at the start, and a completion that still does not fit at the end`,
};

const kept = (mode: TruncationMode, maxLength: number) =>
  mode === 'keep_start'
    ? `within ${maxLength} tokens; a longer maxLength, or truncationMode keep_completion, keeps them`
    : 'at all';

/** Another part than the training one, as token ids, cut. */
export function encodePart(
  name: string,
  texts: Texts,
  {
    maxLength,
    tokenizer,
    endTokenId,
    mode,
  }: { maxLength: number } & Pick<Encoding, 'tokenizer' | 'endTokenId' | 'mode'>,
): CutPart {
  return cutPart(name, causalExamples(texts, { tokenizer, endTokenId }), { maxLength, mode });
}
