import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';

const name = 'shared/goldens/sklearn/text.json';
const file = fileURLToPath(new URL(`../../../../${name}`, import.meta.url));

interface Row {
  columns: number[];
  values: number[];
}

/** The numbers of scikit-learn 1.9.1 for 200 rows of the NAICS index. */
export interface TextGoldens {
  texts: string[];
  labels: string[];
  vectorizers: Record<
    'default' | 'sublinear_bigrams',
    { vocabulary: string[]; idf: number[]; nonzeros: number; first_rows: Row[]; unseen: (Row & { text?: string })[] }
  >;
  models: {
    vectorizer: 'default' | 'sublinear_bigrams';
    target: string;
    class_weight: 'balanced' | null;
    classes: string[];
    coefficients: number[][];
    intercepts: number[];
    probabilities: number[][];
    predictions: string[];
  }[];
  analyzed: { text: string; default: string[]; sublinear_bigrams: string[] }[];
}

/** A suite that needs scikit-learn's numbers; without them it is one skipped test that says so. */
export function describeWithGoldens(title: string, define: () => void): void {
  if (existsSync(file)) describe(title, define);
  else it.skip(`${title} (skipped: needs ../${name})`, () => {});
}

/** Call it within `describeWithGoldens`. */
export function readGoldens(): TextGoldens {
  return JSON.parse(readFileSync(file, 'utf8')) as TextGoldens;
}

/** The options of the reference's two vectorizers, under this package's names. */
export const goldenOptions = {
  default: {},
  sublinear_bigrams: { sublinearTf: true, ngramRange: [1, 2], minDf: 2 },
} as const;

export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(actual[i] - expected[i]));
  return most;
}
