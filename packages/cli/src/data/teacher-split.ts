// Whether a teacher may have been trained on the texts that its student is measured on.
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseJson } from '@attune/internal';

/** What decides which texts of a file are trained on, as a run's config.json has it. */
interface Split {
  readonly data?: unknown;
  readonly split?: unknown;
  readonly evalData?: unknown;
  readonly groupBy?: unknown;
  readonly testData?: unknown;
}

interface StudentFlags {
  readonly teacher?: readonly string[] | undefined;
  readonly seed?: number | undefined;
}

interface Student {
  /** Of the student's run. */
  readonly split: Split;
  readonly onNote: (note: string) => void;
}

/** Notes each teacher that is a run on the student's file with another split of it, unless test data are a file of their own. */
export async function noteOtherSplits(
  { teacher: teachers = [], seed = 42 }: StudentFlags,
  { split, onNote }: Student,
): Promise<void> {
  if (split.testData !== undefined) return;
  for (const teacher of teachers) {
    const run = await recordOf(teacher);
    if (run === undefined || resolve(String(run.data)) !== resolve(String(split.data))) continue;
    const its = run.arguments?.seed ?? 42;
    const others = [
      ...(its === seed ? [] : [`--seed ${its}`]),
      ...(run.split === split.split ? [] : [`--split ${run.split ?? 'none'}`]),
      ...(run.evalData === split.evalData ? [] : [`--eval-data ${run.evalData ?? 'none'}`]),
      ...(run.groupBy === split.groupBy ? [] : [`--group-by ${run.groupBy ?? 'none'}`]),
    ];
    if (others.length > 0)
      onNote(
        `teacher ${teacher} was trained on another split of ${split.data} (${others.join(', ')}) and may know the texts that are measured here, which makes scores too high: split as it did, or name --test-data`,
      );
  }
}

interface RunRecord extends Split {
  readonly arguments?: { readonly seed?: number };
}

/** What a run recorded; undefined for a model that is no run of a file. */
async function recordOf(source: string): Promise<RunRecord | undefined> {
  try {
    const record = parseJson(await readFile(join(source, 'config.json'), 'utf8')) as RunRecord;
    return typeof record.data === 'string' ? record : undefined;
  } catch {
    return undefined; // whoever loads it says what is wrong
  }
}
