import { AttuneError } from '@attune/engine';

/** Texts and their labels, one of each an example. */
export interface LabelledTexts {
  readonly texts: readonly string[];
  readonly labels: readonly string[];
}

/** The parts of a data set. Without a test part, results are reported on the validation part. */
export interface DataParts {
  readonly train: LabelledTexts;
  readonly validation?: LabelledTexts;
  readonly test?: LabelledTexts;
}

/** Training data without its empty texts, of which nothing can be learnt. */
export function withoutEmptyTexts({ texts, labels }: LabelledTexts): LabelledTexts {
  const kept = texts.map((text, i) => ({ text, label: labels[i] })).filter(({ text }) => text.trim() !== '');
  return { texts: kept.map(({ text }) => text), labels: kept.map(({ label }) => label) };
}

/**
 * Throws unless there is something to learn.
 * @throws AttuneError DATA_EMPTY without a text, DATA_ONE_CLASS with fewer than two labels
 */
export function checkTrainable({ texts, labels }: LabelledTexts): void {
  if (texts.length === 0)
    throw new AttuneError('DATA_EMPTY', 'train: expected training texts, all are empty; check the text column');
  const [first, ...others] = new Set(labels);
  if (others.length > 0) return;
  throw new AttuneError(
    'DATA_ONE_CLASS',
    `train: expected at least two classes, all ${labels.length} examples are "${first}"; check the label column`,
  );
}
