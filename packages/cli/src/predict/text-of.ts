import { type Row, type RowStream, textTemplate } from '@attune/data';
import type { TextInput } from '@attune/train';
import { UsageError } from '../usage-error';

export interface TextChoice {
  /** `--text`. */
  readonly given?: string;
  /** What the run was trained on. */
  readonly trained?: string;
  /** Whether the input is plain lines. */
  readonly isLines: boolean;
}

/**
 * How a row becomes the text to predict: as asked for, the line itself, or as the run was trained.
 *
 * @throws UsageError where nothing says it, AttuneError as `textTemplate`
 */
export function textOf(rows: RowStream, { given, trained, isLines }: TextChoice): (row: Row) => string {
  const template = given ?? (isLines ? rows.columns[0] : trained);
  if (template !== undefined) return textTemplate(template, rows);
  throw new UsageError(
    `--text: required, because the model is no run that says it; columns of ${rows.where}: ${rows.columns.join(', ')}`,
  );
}

/** How a row becomes what the model reads: a text, or two where a pair is asked for or was trained on. */
export function inputOf(
  rows: RowStream,
  { pair, trainedPair, ...text }: TextChoice & { readonly pair?: string; readonly trainedPair?: string },
): (row: Row) => TextInput {
  const first = textOf(rows, text);
  const template = pair ?? (text.isLines ? undefined : trainedPair);
  if (template === undefined) return first;
  const second = textTemplate(template, rows);
  return (row) => [first(row), second(row)];
}
