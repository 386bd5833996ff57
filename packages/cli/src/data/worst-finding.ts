// The line in which `attune train` notes the worst finding of `attune check`.
import { counted, inShell, typedCommand } from '@attune/internal';
import { dashed } from '../program/command';
import type { Finding } from './findings';

/** The flags that decide how a file is read, which the suggested command repeats. */
const readingFlags = [
  ...['text', 'label', 'textPair', 'problemType', 'labelSeparator', 'labelList', 'labelNames', 'scheme', 'format'],
  ...['delimiter', 'clean', 'promptTemplate', 'completion', 'messages'],
];

/**
 * The command that checks a file.
 *
 * @example
 * checkCommand('jobs.csv', { task: 'sequence-classification', text: 'title', label: 'sector' });
 */
export function checkCommand(path: string, flags: { readonly task: string }): string {
  const given = flags as Readonly<Record<string, unknown>>;
  const typed = ['task', ...readingFlags].flatMap((name) => {
    const value = given[name];
    const isNothing = value === undefined || value === false || (Array.isArray(value) && value.length === 0);
    return isNothing ? [] : [`${dashed(name)} ${inShell(`${value}`)}`];
  });
  return typedCommand(['check', inShell(path), ...typed].join(' '));
}

/** The worst finding in one line, with the command that shows the others. */
export function worstLine(findings: readonly Finding[], command: string): string | undefined {
  const worst = findings.filter(({ misleads }) => misleads);
  if (worst.length === 0) return undefined;
  const more = worst.length > 1 ? `; and ${counted(worst.length - 1, 'more problem')}` : '';
  return `${worst[0].message}${more}; to see all findings: ${command}`;
}
