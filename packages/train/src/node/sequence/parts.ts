import { AttuneError, agreed, counted } from '@attune/internal';
import type { ProblemType } from '@attune/models';
import type { Tokenizer } from '@attune/tokenizer';
import {
  checkPart,
  countCut,
  type DataParts,
  type Dataset,
  encodeTexts,
  type LabeledTexts,
  type TextInput,
  textInputs,
  withoutEmptyTexts,
} from '../../tasks/sequence/examples';
import type { Target } from '../../tasks/sequence/problem';
import { type LabelOf, problems } from '../../tasks/sequence/problems';
import { reportedPart, requireLabelList } from '../run/checks';

export interface CleanParts<Label> {
  readonly train: LabeledTexts<Label>;
  readonly validation?: LabeledTexts<Label>;
  /** The part on which results are reported. */
  readonly reported: LabeledTexts<Label>;
  readonly evaluatedOn: 'test' | 'validation';
  /** The training part's labels, in the model's order. */
  readonly labels: readonly string[];
  readonly targetOf: (label: Label) => Target;
}

/** Checked parts, ready for tokenization: without empty training texts, and with labels numbered by the training part. */
export function cleanParts<P extends ProblemType>(
  { train, validation, test }: DataParts<LabelOf[P]>,
  problemType: P,
  { labelList, onNote }: { readonly labelList?: readonly string[]; readonly onNote: (note: string) => void },
): CleanParts<LabelOf[P]> {
  const { reported, evaluatedOn } = reportedPart({ validation, test });
  const kept = withoutEmptyTexts(train);
  const dropped = train.texts.length - kept.texts.length;
  if (dropped > 0) onNote(`${counted(dropped, 'empty training text')} dropped`);
  checkPart('train', kept);
  const problem = problems[problemType];
  const learned = problem.labelsOf(kept.labels, onNote);
  const labels = labelList === undefined ? learned : checkedList(labelList, learned, problemType);
  const targetOf = problem.targetWith(labels);
  for (const [name, part] of Object.entries({ validation, test })) if (part) checkOther(name, part, targetOf);
  checkPairs([train, validation, test]);
  return { train: kept, validation, reported, evaluatedOn, labels, targetOf };
}

/** The label list, checked to have every label of the training part. */
function checkedList(labels: readonly string[], learned: readonly string[], problemType: ProblemType) {
  if (problemType === 'regression')
    throw new AttuneError(
      'ARGUMENT_INVALID',
      'labelList: expected a classification, got a regression, which has no labels; remove it',
    );
  requireLabelList(labels);
  const unknown = learned.find((label) => !labels.includes(label));
  if (unknown === undefined) return labels;
  throw new AttuneError(
    'DATA_LABEL_UNKNOWN',
    `train: expected one of the label list's ${labels.length} labels, got ${JSON.stringify(unknown)}; add it to the list`,
  );
}

function checkOther<Label>(name: string, part: LabeledTexts<Label>, targetOf: (label: Label) => Target): void {
  checkPart(`${name} data`, part);
  for (const label of new Set(part.labels))
    try {
      targetOf(label);
    } catch (cause) {
      const message = `${name} data: a label without a training example: ${(cause as Error).message}`;
      throw new AttuneError('DATA_LABEL_UNKNOWN', message, { cause });
    }
}

function checkPairs(parts: readonly (LabeledTexts<unknown> | undefined)[]): void {
  const hasPairs = parts.filter((part) => part !== undefined).map(({ pairs }) => pairs !== undefined);
  if (new Set(hasPairs).size > 1)
    throw new RangeError('fit: expected pairs in every part or in none, got some of both');
}

/** Token ids and targets of a part. */
export function datasetOf<Label>(
  { labels, ...texts }: LabeledTexts<Label>,
  { tokenizer, targetOf, maxLength }: { tokenizer: Tokenizer; maxLength: number } & Pick<CleanParts<Label>, 'targetOf'>,
): Dataset {
  return { sequences: encodeTexts(tokenizer, textInputs(texts), maxLength), targets: labels.map(targetOf) };
}

/** Token ids of inputs, as in the examples of a part. */
export const encodedTexts = (
  inputs: readonly TextInput[],
  { tokenizer, maxLength }: { readonly tokenizer: Tokenizer; readonly maxLength: number },
): Dataset['sequences'] => encodeTexts(tokenizer, inputs, maxLength);

/** Counts and notes the texts that are cut at the maximum length. */
export function noteTruncated(
  texts: Pick<LabeledTexts<unknown>, 'texts' | 'pairs'>,
  { sequences }: Dataset,
  { tokenizer, maxLength, onNote }: { tokenizer: Tokenizer; maxLength: number; onNote: (note: string) => void },
): number {
  const cut = countCut(tokenizer, textInputs(texts), { sequences, maxLength });
  if (cut > 0)
    onNote(
      `${cut} of ${sequences.length} training texts ${agreed(cut, 'reaches', 'reach')} ${maxLength} tokens and ${agreed(cut, 'is', 'are')} cut there`,
    );
  return cut;
}
