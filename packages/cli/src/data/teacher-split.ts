// Whether a teacher may have been trained on the texts on which its student is measured.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseJson } from '@attune/internal';
import { dashed } from '../program/command';

/** The settings in a run's config.json that decide which texts of a file are trained on. */
interface Split {
  readonly data?: unknown;
  readonly split?: unknown;
  readonly evalData?: unknown;
  readonly groupBy?: unknown;
  readonly testData?: unknown;
  /** The options as typed. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** Options that decide which rows are split, and by which labels. */
const deciding = [
  ...['text', 'textPair', 'label', 'labelNames', 'labelSeparator', 'problemType'],
  ...['deduplicate', 'skipUnlabeled', 'clean'],
] as const;

/** Values that say what their absence does. */
const usual = ['none', '-1', 'tags', ';', 'single_label_classification'];

interface StudentFlags {
  readonly teacher?: readonly string[] | undefined;
  readonly seed?: number | undefined;
}

interface Student {
  /** Of the student's run. */
  readonly split: Split;
  readonly onNote: (note: string) => void;
}

/**
 * Notes each teacher that was trained on another split of the student's file. With separate test data there is nothing to note.
 *
 * @returns these teachers
 */
export async function noteOtherSplits(
  { teacher: teachers = [], seed = 42 }: StudentFlags,
  { split, onNote }: Student,
): Promise<readonly string[]> {
  if (split.testData !== undefined) return [];
  const found: string[] = [];
  for (const teacher of teachers) {
    const run = await recordOf(teacher);
    if (run === undefined || resolve(String(run.data)) !== resolve(String(split.data))) continue;
    const its = run.arguments?.seed ?? 42;
    const others = [
      ...(its === seed ? [] : [`--seed ${its}`]),
      ...(run.split === split.split ? [] : [`--split ${run.split ?? 'none'}`]),
      ...(run.evalData === split.evalData ? [] : [`--eval-data ${run.evalData ?? 'none'}`]),
      ...(run.groupBy === split.groupBy ? [] : [`--group-by ${run.groupBy ?? 'none'}`]),
      ...otherOptions(run.options, split.options),
    ];
    if (others.length === 0) continue;
    found.push(teacher);
    onNote(
      `teacher ${teacher} was trained on another split of ${split.data} (${others.join(', ')}) and may know the measured texts, which makes scores too high: use its split, or name --test-data`,
    );
  }
  return found;
}

/** The options of a teacher that its student has otherwise: `--clean html`, or `no --deduplicate`. */
function otherOptions(its: Split['options'] = {}, own: Split['options'] = {}): readonly string[] {
  return deciding
    .filter((name) => given(its[name]) !== given(own[name]))
    .map((name) => {
      const value = its[name];
      if (value === undefined) return `no ${dashed(name)}`;
      return value === true ? dashed(name) : `${dashed(name)} ${value}`;
    });
}

/** An option in writing; undefined where it says what its absence does. */
const given = (value: unknown): string | undefined =>
  value === undefined || value === false || usual.includes(String(value)) ? undefined : String(value);

interface RunRecord extends Split {
  readonly arguments?: { readonly seed?: number };
}

/** The record of a run on a file; undefined for another model. */
async function recordOf(source: string): Promise<RunRecord | undefined> {
  try {
    const record = parseJson(await readFile(join(source, 'config.json'), 'utf8')) as RunRecord;
    return typeof record.data === 'string' ? record : undefined;
  } catch {
    return undefined; // loading it names the fault
  }
}
