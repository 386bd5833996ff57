import { leakageReport } from '@attune/data';
import { AttuneError, agreed, counted, firstOf, isAttuneError } from '@attune/internal';
import { classCounts, type Finding, rowFindings } from '../../data/findings';
import { labelListOf } from '../../data/label-list';
import { partsOf, planParts } from '../../data/parts';
import type { CommandInput } from '../../program/command';
import type { Io } from '../../program/process';
import { writeText } from '../../program/terminal';
import { taskOf } from '../../tasks';
import { type Lengths, lengthMeter } from './lengths';
import type { CheckFlags, checkOptions } from './options';
import { type Checked, checkedLines, type FileReport } from './print';
import { type ReadFile, readers } from './read';

/** Runs `attune check`: reads the files, checks them, and prints the findings. */
export async function runCheck({ flags, argument, io }: CommandInput<typeof checkOptions>): Promise<void> {
  const checked = await check(argument, flags, io);
  await writeText(io.stdout, flags.json ? `${JSON.stringify(checked, null, 2)}\n` : checkedLines(checked));
  if (checked.ok) return;
  throw new AttuneError('DATA_MISLEADING', problemsIn(argument, checked.problems.length));
}

const problemsIn = (path: string, count: number) =>
  `${path}: found ${counted(count, 'problem')} (listed above); fix ${count === 1 ? 'it' : 'them'} before training`;

interface Part {
  readonly name: 'training' | 'validation' | 'test';
  readonly path: string;
  readonly file?: ReadFile;
  readonly findings: readonly Finding[];
}

async function check(path: string, flags: CheckFlags, io: Pick<Io, 'stderr'>): Promise<Checked> {
  const plan = planParts(flags, taskOf(flags).split);
  const labelList = await labelListOf(flags.labelList);
  const listed = (labelList ?? []).flatMap((name) => [name, name.replace(/^[BIESLU]-/, '')]);
  const measure = await lengthMeter(flags, io);
  const training = await readPart({ name: 'training', path }, { flags, io });
  const known = training.file && [...new Set(training.file.classes.flat())];
  const parts = [training];
  for (const [name, other] of [
    ['validation', flags.evalData],
    ['test', flags.testData],
  ] as const)
    if (other !== undefined) parts.push(await readPart({ name, path: other }, { flags, io, known }));
  const reports = parts.map(({ name, path, file }) => fileReport(name, path, file && { file, lengths: measure(file) }));
  const findings = [
    ...parts.flatMap(({ findings: own }) => own),
    ...(training.file ? refused(training.file, flags, labelList) : []),
    ...(training.file ? ofRows(training.file, flags, partsOf(plan)) : []),
    ...parts
      .slice(1)
      .flatMap(({ file }) => (file ? [...ofRows(file, flags), ...otherClasses(training.file, file, listed)] : [])),
    ...leaks(parts),
    ...reports.flatMap((report) => cutTexts(report, flags)),
  ];
  const [problems, warnings] = [true, false].map((misleads) => findings.filter((one) => one.misleads === misleads));
  return { task: flags.task, ok: problems.length === 0, files: reports, problems, warnings };
}

/** Codes of errors in the command line, as opposed to the rows. */
const ofCommand: readonly string[] = ['DATA_NOT_FOUND', 'DATA_COLUMN_MISSING', 'DATA_FORMAT', 'DATA_TEMPLATE'];

async function readPart(
  { name, path }: Pick<Part, 'name' | 'path'>,
  context: Parameters<(typeof readers)['masked-lm']>[1],
): Promise<Part> {
  try {
    const file = await readers[context.flags.task](path, context);
    return { name, path, file, findings: file.findings };
  } catch (error) {
    if (!isAttuneError(error)) throw error;
    const { code, message } = error;
    if (ofCommand.includes(code) || !code.startsWith('DATA_')) throw error;
    return { name, path, findings: [{ kind: 'unreadable', misleads: true, count: 1, message }] };
  }
}

function ofRows(file: ReadFile, { task, problemType }: CheckFlags, parts?: number): Finding[] {
  const conflictsMislead = task !== 'causal-lm' && problemType !== 'regression';
  return rowFindings(file, { parts, conflictsMislead });
}

/** Reasons for which `attune train` would refuse the labels of the training file. */
function refused(file: ReadFile, { task }: CheckFlags, labelList: readonly string[] | undefined): Finding[] {
  const finding = (count: number, message: string): Finding[] => [
    { kind: 'label', misleads: true, count, message: `${file.where}: ${message}` },
  ];
  if (task !== 'sequence-classification' && task !== 'token-classification') return [];
  const { numbers } = file;
  if (numbers)
    return numbers.every((value) => value === numbers[0])
      ? finding(1, `expected different numbers, got ${counted(numbers.length, 'row')} of ${numbers[0]}; check --label`)
      : [];
  const [names, what] =
    task === 'token-classification' ? [file.tags ?? [], 'tags'] : [[...new Set(file.classes.flat())], 'labels'];
  const unlisted = labelList ? names.filter((name) => !labelList.includes(name)) : [];
  const got = names.length === 0 ? 'none' : `only ${JSON.stringify(names[0])}`;
  return [
    ...(names.length < 2 ? finding(1, `expected at least two ${what}, got ${got}; check --label`) : []),
    ...(unlisted.length > 0
      ? finding(
          unlisted.length,
          `${counted(unlisted.length, what.slice(0, -1))} missing from --label-list: ${namesOf(unlisted)}; add them to it, or correct the rows`,
        )
      : []),
  ];
}

/** The first five names. */
const namesOf = (names: readonly string[]): string => firstOf(names.map((name) => JSON.stringify(name)));

/**
 * Findings about labels that only the training file or only the other file has.
 *
 * @param listed labels of `--label-list`, which may be missing from the training data, and the types of those that are tags
 */
function otherClasses(training: ReadFile | undefined, file: ReadFile, listed: readonly string[]): Finding[] {
  if (!training) return [];
  const [own, others] = [training, file].map(({ classes }) => new Set(classes.flat()));
  const unknown = [...others].filter((name) => !own.has(name) && !listed.includes(name));
  const missing = [...own].filter((name) => !others.has(name));

  const finding = (misleads: boolean, names: readonly string[], message: string): Finding[] =>
    names.length === 0 ? [] : [{ kind: 'label', misleads, count: names.length, message: `${file.where}: ${message}` }];
  return [
    ...finding(
      true,
      unknown,
      `${counted(unknown.length, 'label')} missing from ${training.where}: ${namesOf(unknown)}; correct the rows, or add texts with these labels to it`,
    ),
    ...finding(
      false,
      missing,
      `${counted(missing.length, 'label')} of ${training.where} without a row: ${namesOf(missing)}; the scores do not cover them`,
    ),
  ];
}

/** Findings about texts that a later part shares with an earlier one. */
function leaks(parts: readonly Part[]): Finding[] {
  const read = parts.filter((part): part is Part & { readonly file: ReadFile } => part.file !== undefined);
  if (read.length < 2) return [];
  const texts = Object.fromEntries(read.map(({ name, file }) => [name, file.texts]));
  const { pairs } = leakageReport(texts, { examples: Number.POSITIVE_INFINITY });
  const fileOf = (name: string) => read.find((part) => part.name === name)!.file;
  return pairs.flatMap(({ from, into, equal, near }): Finding[] => {
    const [first] = [...equal.examples, ...near.examples];
    if (first === undefined) return [];
    const [earlier, later] = [fileOf(from), fileOf(into)];
    const line = later.lines === undefined ? '' : `, such as line ${later.lines[first.index]}`;
    const all = counted(later.texts.length, later.nouns?.text ?? 'text');
    const nearly = near.count > 0 ? `, and ${near.count} nearly the same` : '';
    const shared =
      equal.count > 0
        ? `${equal.count} of ${all} are also in ${earlier.where}${nearly}`
        : `${near.count} of ${all} are nearly the same as texts of ${earlier.where}`;
    const message = `${later.where}: ${shared}${line}; scores on them are too high: remove them from one of the files`;
    const lines = later.lines && [...equal.examples, ...near.examples].map(({ index }) => later.lines![index]);
    return [{ kind: 'leak', misleads: equal.count > 0, count: equal.count + near.count, lines, message }];
  });
}

function fileReport(
  part: FileReport['part'],
  path: string,
  read?: { readonly file: ReadFile; readonly lengths: Lengths },
): FileReport {
  if (read === undefined) return { part, file: path, labels: [] };
  const { file, lengths } = read;
  const { numbers } = file;
  const sorted = numbers && [...numbers].sort((a, b) => a - b);
  return {
    ...{ part, file: path, rows: file.texts.length, labels: classCounts(file) },
    ...(sorted?.length && {
      values: { least: sorted[0], median: sorted[sorted.length >> 1], greatest: sorted[sorted.length - 1] },
    }),
    lengths,
  };
}

function cutTexts({ file, lengths, rows = 0 }: FileReport, { task }: CheckFlags): Finding[] {
  if (!lengths?.cut || task === 'masked-lm') return []; // texts are concatenated
  const { cut, maxLength } = lengths;
  const fate = task === 'token-classification' ? 'read in overlapping windows' : 'truncated';
  const verbs = { exceeds: agreed(cut, 'exceeds', 'exceed'), is: agreed(cut, 'is', 'are') };
  const message = `${file}: ${cut} of ${counted(rows, 'text')} ${verbs.exceeds} ${maxLength} tokens and ${verbs.is} ${fate}`;
  return [{ kind: 'cut', misleads: false, count: cut, message }];
}
