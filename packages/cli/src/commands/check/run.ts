import { leakageReport } from '@attune/data';
import { AttuneError, isAttuneError } from '@attune/internal';
import { classCounts, type Finding, rowFindings } from '../../data/findings';
import { labelListOf } from '../../data/label-list';
import { partsOf, planParts } from '../../data/parts';
import type { CommandInput } from '../../program/command';
import type { Io } from '../../program/process';
import { counted, writeText } from '../../program/terminal';
import { taskOf } from '../../tasks';
import type { checkOptions } from '.';
import { type Lengths, lengthMeter } from './lengths';
import { type Checked, checkedLines, type FileReport } from './print';
import { type CheckFlags, type ReadFile, readers } from './read';

/** Runs `attune check`: reads, looks, and prints what was found. */
export async function runCheck({ flags, argument, io }: CommandInput<typeof checkOptions>): Promise<void> {
  const checked = await check(argument, flags, io);
  await writeText(io.stdout, flags.json ? `${JSON.stringify(checked, null, 2)}\n` : checkedLines(checked));
  if (checked.ok) return;
  throw new AttuneError(
    'DATA_MISLEADING',
    `${argument}: expected data that training can go by, got ${counted(checked.problems.length, 'problem')}; mend what is listed on standard output`,
  );
}

interface Part {
  readonly name: 'training' | 'validation' | 'test';
  readonly path: string;
  readonly file?: ReadFile;
  readonly findings: readonly Finding[];
}

async function check(path: string, flags: CheckFlags, io: Pick<Io, 'stderr'>): Promise<Checked> {
  const plan = planParts(flags, taskOf(flags).split);
  const listed = ((await labelListOf(flags.labelList)) ?? []).flatMap((name) => [name, name.replace(/^[BIESLU]-/, '')]);
  const measure = await lengthMeter(flags, io);
  const training = await readPart({ name: 'training', path }, { flags, io });
  const known = training.file && [...new Set(training.file.classes.flat())];
  const parts = [training];
  for (const [name, other] of [
    ['validation', flags.evalData],
    ['test', flags.testData],
  ] as const)
    if (other !== undefined) parts.push(await readPart({ name, path: other }, { flags, io, known }));
  const reports = parts.map(({ name, path, file }) =>
    fileReport(name, path, file && { file, lengths: measure(file.inputs) }),
  );
  const findings = [
    ...parts.flatMap(({ findings: own }) => own),
    ...(training.file ? ofRows(training.file, flags, { isTraining: true, parts: partsOf(plan) }) : []),
    ...parts
      .slice(1)
      .flatMap(({ file }) => (file ? [...ofRows(file, flags), ...otherClasses(training.file, file, listed)] : [])),
    ...leaks(parts),
    ...reports.flatMap((report) => cutTexts(report, flags)),
  ];
  const [problems, warnings] = [true, false].map((misleads) => findings.filter((one) => one.misleads === misleads));
  return { task: flags.task, ok: problems.length === 0, files: reports, problems, warnings };
}

/** Errors that are about the command line and not about rows. */
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

function ofRows(
  file: ReadFile,
  { task, problemType }: CheckFlags,
  { isTraining = false, parts }: { readonly isTraining?: boolean; readonly parts?: number | undefined } = {},
): Finding[] {
  const conflictsMislead = task !== 'causal-lm' && problemType !== 'regression';
  const found = rowFindings(file, { parts, conflictsMislead });
  const names = new Set(file.classes.flat());
  const isClassifier = task === 'sequence-classification' && problemType !== 'regression';
  if (!isTraining || !isClassifier || names.size > 1) return found;
  const message = `${file.where}: expected at least two labels, got ${names.size === 0 ? 'none' : `${JSON.stringify([...names][0])} alone`}; check --label`;
  return [{ kind: 'label', misleads: true, count: 1, message }, ...found];
}

/**
 * Labels that only one of training and another file has.
 *
 * @param listed labels that are known whatever training data have, and the types of those that are tags
 */
function otherClasses(training: ReadFile | undefined, file: ReadFile, listed: readonly string[]): Finding[] {
  if (!training) return [];
  const [own, others] = [training, file].map(({ classes }) => new Set(classes.flat()));
  const unknown = [...others].filter((name) => !own.has(name) && !listed.includes(name));
  const missing = [...own].filter((name) => !others.has(name));
  const list = (names: readonly string[]) =>
    `${names
      .slice(0, 5)
      .map((name) => JSON.stringify(name))
      .join(', ')}${names.length > 5 ? ', …' : ''}`;
  const finding = (misleads: boolean, names: readonly string[], message: string): Finding[] =>
    names.length === 0 ? [] : [{ kind: 'label', misleads, count: names.length, message: `${file.where}: ${message}` }];
  return [
    ...finding(
      true,
      unknown,
      `${counted(unknown.length, 'label')} that ${training.where} lacks: ${list(unknown)}; correct them, or add texts to it`,
    ),
    ...finding(
      false,
      missing,
      `${counted(missing.length, 'label')} of ${training.where} without a row: ${list(missing)}; scores say nothing about them`,
    ),
  ];
}

/** Texts that a later part shares with an earlier one. */
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
    const nearly = near.count > 0 ? `${equal.count > 0 ? ', and ' : ''}${near.count} nearly` : '';
    const message = `${later.where}: ${equal.count > 0 ? equal.count : ''}${nearly} of ${counted(later.texts.length, 'text')} are in ${earlier.where} too${line}; scores on them are too high: take them out of one`;
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
  if (!lengths?.cut || task === 'masked-lm') return []; // texts are laid end to end
  const { cut, maxLength } = lengths;
  const what = task === 'token-classification' ? 'and are read in windows' : 'and are cut there';
  const message = `${file}: ${cut} of ${counted(rows, 'text')} have more than ${maxLength} tokens, ${what}`;
  return [{ kind: 'cut', misleads: false, count: cut, message }];
}
