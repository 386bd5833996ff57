import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

type Reference = 'sklearn' | 'seqeval';

const folder = 'shared/goldens';
const directory = fileURLToPath(new URL(`../../../../${folder}/`, import.meta.url));
const isHere = existsSync(`${directory}sklearn`) && existsSync(`${directory}seqeval`);

/** A suite that needs the numbers of the reference implementations; without them it is one skipped test that says so. */
export function describeWithGoldens(title: string, define: () => void): void {
  if (isHere) describe(title, define);
  else it.skip(`${title} (skipped: needs ../${folder})`, () => {});
}

/** The cases of one reference file; call it within `describeWithGoldens`. */
export function goldenCases<T>(file: string, reference: Reference = 'sklearn'): T[] {
  return JSON.parse(readFileSync(`${directory}${reference}/${file}`, 'utf8')) as T[];
}

/** One row of scikit-learn's report. */
export interface GoldenScores {
  readonly precision: number;
  readonly recall: number;
  readonly 'f1-score': number;
  readonly support: number;
}

/** The same row under this package's names. */
export function renamed(golden: GoldenScores): { precision: number; recall: number; f1: number } {
  return { precision: golden.precision, recall: golden.recall, f1: golden['f1-score'] };
}
