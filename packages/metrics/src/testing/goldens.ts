import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Reference = 'sklearn' | 'seqeval';

const folderOf = (reference: Reference) =>
  fileURLToPath(new URL(`../../../../../shared/goldens/${reference}/`, import.meta.url));

/** Whether the references' numbers are on this machine. */
export const hasGoldens = existsSync(folderOf('sklearn')) && existsSync(folderOf('seqeval'));

/** The cases of one reference file; empty where the references are absent (the test is skipped then). */
export function goldenCases<T>(file: string, reference: Reference = 'sklearn'): T[] {
  return hasGoldens ? (JSON.parse(readFileSync(`${folderOf(reference)}${file}`, 'utf8')) as T[]) : [];
}

/** One row of scikit-learn's report. */
export interface GoldenScores {
  precision: number;
  recall: number;
  'f1-score': number;
  support: number;
}

/** The same row under this package's names. */
export function renamed(golden: GoldenScores): { precision: number; recall: number; f1: number } {
  return { precision: golden.precision, recall: golden.recall, f1: golden['f1-score'] };
}
