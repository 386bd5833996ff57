import { AttuneError } from '@attune/engine';
import type { ProblemType } from '@attune/models';

/** What an example's label is, by the kind of problem: one label, any number of them, or a number. */
export interface LabelOf extends Record<ProblemType, unknown> {
  readonly single_label_classification: string;
  readonly multi_label_classification: readonly string[];
  readonly regression: number;
}

/** Texts and their labels, one of each an example. */
export interface LabeledTexts<Label = string> {
  readonly texts: readonly string[];
  /** The second text of each example, where the model is to read pairs. */
  readonly pairs?: readonly string[];
  readonly labels: readonly Label[];
}

/** The parts of a data set. Without a test part, results are reported on the validation part. */
export interface DataParts<Label = string> {
  readonly train: LabeledTexts<Label>;
  readonly validation?: LabeledTexts<Label>;
  readonly test?: LabeledTexts<Label>;
}

/** Training data without its empty texts, of which nothing can be learnt. A pair is empty where both its texts are. */
export function withoutEmptyTexts<Label>({ texts, pairs, labels }: LabeledTexts<Label>): LabeledTexts<Label> {
  const kept = [...texts.keys()].filter((i) => texts[i].trim() !== '' || (pairs?.[i] ?? '').trim() !== '');
  const pick = <T>(values: readonly T[]) => kept.map((i) => values[i]);
  return { texts: pick(texts), ...(pairs && { pairs: pick(pairs) }), labels: pick(labels) };
}

/**
 * Throws unless every example of a part is whole.
 * @throws RangeError where texts, pairs and labels differ in number
 * @throws AttuneError DATA_EMPTY without a text
 */
export function checkPart(name: string, { texts, pairs = texts, labels }: LabeledTexts<unknown>): void {
  if (texts.length !== labels.length || texts.length !== pairs.length)
    throw new RangeError(
      `${name}: expected a label for each text${pairs === texts ? '' : ', and a second text'}, got ${texts.length} texts, ${labels.length} labels${pairs === texts ? '' : ` and ${pairs.length} second texts`}`,
    );
  if (texts.length === 0)
    throw new AttuneError('DATA_EMPTY', `${name}: expected texts, all are empty; check the text column`);
}
