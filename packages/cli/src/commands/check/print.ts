import type { Finding } from '../../data/findings';
import { counted, table } from '../../program/terminal';
import type { Lengths } from './lengths';

/** What `attune check` says of a file. */
export interface FileReport {
  readonly part: 'training' | 'validation' | 'test';
  readonly file: string;
  /** Rows with a text and, where the task has labels, one of these; absent for a file that could not be read. */
  readonly rows?: number;
  /** Labels, or types of entities, and how often they occur, the most frequent first. */
  readonly labels: readonly { readonly label: string; readonly count: number }[];
  /** Labels that are numbers. */
  readonly values?: { readonly least: number; readonly median: number; readonly greatest: number };
  readonly lengths?: Lengths;
}

/** What `attune check --json` prints. */
export interface Checked {
  readonly task: string;
  /** Whether nothing was found that would mislead training or its scores. */
  readonly ok: boolean;
  readonly files: readonly FileReport[];
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Labels that are listed one by one. */
const mostLabels = 30;

/** The same for people. */
export function checkedLines({ files, problems, warnings }: Checked): string {
  const sections = [
    ...files.map(fileLines),
    ...listed('misleads training, or its scores:', problems),
    ...listed('worth a look:', warnings),
    ...(problems.length === 0 ? ['nothing found that would mislead training'] : []),
  ];
  return `${sections.join('\n\n')}\n`;
}

const listed = (title: string, findings: readonly Finding[]): string[] =>
  findings.length === 0 ? [] : [[title, ...findings.map(({ message }) => `  - ${message}`)].join('\n')];

function fileLines({ part, file, rows, labels, values, lengths }: FileReport): string {
  if (rows === undefined) return `${file} (${part}): not read to the end`;
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
