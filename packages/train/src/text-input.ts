import type { LabeledTexts } from './labelled-texts';

/** What a model reads of one example: a text, or two texts in one sequence. */
export type TextInput = string | readonly [first: string, second: string];

/**
 * What a model reads of each example.
 *
 * @example textInputs({ texts: ['a man sleeps'], pairs: ['a man is awake'] }); // [['a man sleeps', 'a man is awake']]
 */
export function textInputs({ texts, pairs }: Pick<LabeledTexts, 'texts' | 'pairs'>): readonly TextInput[] {
  return pairs ? texts.map((text, i) => [text, pairs[i]] as const) : texts;
}

/** An input as one text, for a reader, and for what counts words. */
export function shownText(input: TextInput): string {
  return typeof input === 'string' ? input : input.join(' ‖ ');
}

/** A key that equal inputs share, and no text shares with a pair. */
export function inputKey(input: TextInput): string {
  return typeof input === 'string' ? `t${input}` : `p${JSON.stringify(input)}`;
}
