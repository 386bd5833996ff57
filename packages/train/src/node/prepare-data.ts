import { type LabelEncoder, labelEncoder } from '@attune/data';
import { AttuneError } from '@attune/engine';
import type { Tokenizer } from '@attune/tokenizer';
import type { Dataset } from '../dataset';
import { checkTrainable, type DataParts, type LabelledTexts, withoutEmptyTexts } from '../labelled-texts';
import { encodeTexts } from '../sequences';

export interface CleanParts {
  readonly train: LabelledTexts;
  readonly validation?: LabelledTexts;
  /** The part that results are reported on. */
  readonly reported: LabelledTexts;
  readonly evaluatedOn: 'test' | 'validation';
  readonly encoder: LabelEncoder;
}

/** Parts ready to be tokenised: checked, empty training texts dropped, labels numbered by the training part. */
export function cleanParts({ train, validation, test }: DataParts, onNote: (note: string) => void): CleanParts {
  const reported = test ?? validation;
  if (!reported) throw new RangeError('fit: expected a validation or a test part, got neither; results need one');
  const kept = withoutEmptyTexts(train);
  const dropped = train.texts.length - kept.texts.length;
  if (dropped > 0) onNote(`${dropped} empty training texts dropped`);
  checkTrainable(kept);
  noteSingletons(kept.labels, onNote);
  const encoder = labelEncoder(kept.labels);
  for (const [name, part] of Object.entries({ validation, test })) if (part) checkLabels(name, part, encoder);
  return { train: kept, validation, reported, evaluatedOn: test ? 'test' : 'validation', encoder };
}

function noteSingletons(labels: readonly string[], onNote: (note: string) => void): void {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const single = [...counts].filter(([, count]) => count === 1).map(([label]) => `"${label}"`);
  if (single.length === 0) return;
  const shown = single.slice(0, 5).join(', ') + (single.length > 5 ? ', …' : '');
  onNote(`classes with one training example, which can hardly be learnt: ${single.length} (${shown})`);
}

function checkLabels(part: string, { labels }: LabelledTexts, { encode }: LabelEncoder): void {
  for (const label of new Set(labels))
    try {
      encode(label);
    } catch (cause) {
      const message = `${part} data: a label that no training example has: ${(cause as Error).message}`;
      throw new AttuneError('DATA_LABEL_UNKNOWN', message, { cause });
    }
}

/** Token ids and class ids of a part. */
export function datasetOf(
  { texts, labels }: LabelledTexts,
  { tokenizer, encoder, maxLength }: { tokenizer: Tokenizer; encoder: LabelEncoder; maxLength: number },
): Dataset {
  return { sequences: encodeTexts(tokenizer, texts, maxLength), targets: labels.map(encoder.encode) };
}

/** Says how many texts are as long as allowed, and so probably cut. */
export function noteTruncated({ sequences }: Dataset, maxLength: number, onNote: (note: string) => void): void {
  const cut = sequences.filter(({ ids }) => ids.length === maxLength).length;
  if (cut > 0) onNote(`${cut} of ${sequences.length} training texts reach ${maxLength} tokens and are cut there`);
}
