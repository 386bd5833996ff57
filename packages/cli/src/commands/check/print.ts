import { counted } from '@attune/internal';
import type { Finding } from '../../data/findings';
import { table } from '../../program/terminal';
import type { Lengths } from './lengths';

/** The report of `attune check` on one file. */
export interface FileReport {
  readonly part: 'training' | 'validation' | 'test';
  readonly file: string;
  /** Number of rows with a text and, if the task has labels, a label; absent for a file that could not be read. */
  readonly rows?: number;
  /** Labels or entity types with their counts, the most frequent first. */
  readonly labels: readonly { readonly label: string; readonly count: number }[];
  /** The range of labels that are numbers. */
  readonly values?: { readonly least: number; readonly median: number; readonly greatest: number };
  readonly lengths?: Lengths;
}

/** The output of `attune check --json`. */
export interface Checked {
  readonly task: string;
  /** Whether no problem was found that would mislead training or its scores. */
  readonly ok: boolean;
  readonly files: readonly FileReport[];
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Maximum number of labels in the list. */
const mostLabels = 30;

/** Formats the findings as text. */
export function checkedLines({ files, problems, warnings }: Checked): string {
  const sections = [
    ...files.map(fileLines),
    ...listed('problems that mislead training or its scores:', problems),
    ...listed('warnings:', warnings),
    ...(problems.length === 0 ? ['no problem found that would mislead training'] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

const listed = (title: string, findings: readonly Finding[]): string[] =>
  findings.length === 0 ? [] : [[title, ...findings.map(({ message }) => `  - ${message}`)].join('\n')];

function fileLines({ part, file, rows, labels, values, lengths }: FileReport): string {
  if (rows === undefined) return `${file} (${part}): could not be read`;
  const total = labels.reduce((sum, { count }) => sum + count, 0);
  const share = (count: number) => `${((100 * count) / total).toFixed(1)} %`;
  const listedLabels = labels
    .slice(0, mostLabels)
    .map(({ label, count }) => [label, count.toLocaleString('en'), share(count)]);
  const more = labels.length - mostLabels;
  return [
    `${file} (${part}): ${counted(rows, 'row')}${labels.length > 0 ? `, ${counted(labels.length, 'label')}` : ''}`,
    ...(labels.length > 0 ? [indented(table(listedLabels))] : []),
    ...(more > 0 ? [`  and ${counted(more, 'more label')}`] : []),
    ...(values ? [`  values from ${values.least} to ${values.greatest}, median ${values.median}`] : []),
    ...(lengths ? [`  ${lengthsLine(lengths)}`] : []),
  ].join('\n');
}

const indented = (text: string) => text.replace(/^/gm, '  ');

function lengthsLine({ unit, median, p95, p99, longest, maxLength, cut }: Lengths): string {
  const limit =
    maxLength === undefined ? '' : `; ${cut === 0 ? 'none' : cut!.toLocaleString('en')} longer than ${maxLength}`;
  return `length in ${unit}: median ${median}, 95 % up to ${p95}, 99 % up to ${p99}, longest ${longest}${limit}`;
}
