import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../shared/goldens/sklearn/', import.meta.url));

/** Whether scikit-learn's reference numbers are on this machine. */
export const hasGoldens = existsSync(folder);

/** The cases of one reference file; empty where the references are absent (the test is skipped then). */
export function goldenCases<T>(file: string): T[] {
  return hasGoldens ? (JSON.parse(readFileSync(`${folder}${file}`, 'utf8')) as T[]) : [];
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
