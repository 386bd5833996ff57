// Lines of fastText: `__label__farm Milks the cows`.

import type { Row } from '../table';
import { type Line, lineColumn } from './lines';

/** Column name of the labels. */
const labelColumn = 'label';
const prefix = '__label__';

/** The columns of lines of fastText. */
export const fastTextColumns: readonly string[] = [labelColumn, lineColumn];

/** Whether a text begins with a label of fastText. */
export const isFastText = (begun: string): boolean => begun.trimStart().startsWith(prefix);

/** A line's label and text; several labels are a JSON list, none is the empty string. */
export function fastTextRow({ line, text }: Line): Row {
  const labels: string[] = [];
  let rest = text.trimStart();
  while (rest.startsWith(prefix)) {
    const [word] = rest.split(/\s/, 1);
    labels.push(word.slice(prefix.length));
    rest = rest.slice(word.length).trimStart();
  }
  const label = labels.length > 1 ? JSON.stringify(labels) : (labels[0] ?? '');
  return { line, fields: { [labelColumn]: label, [lineColumn]: rest } };
}
