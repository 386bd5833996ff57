import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(new URL('../../../../shared/goldens/sklearn/text.json', import.meta.url));

interface Row {
  columns: number[];
  values: number[];
}

/** What scikit-learn 1.9.1 makes of 200 rows of the NAICS index. */
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

export const haveGoldens = existsSync(file);

export function readGoldens(): TextGoldens {
  return JSON.parse(readFileSync(file, 'utf8')) as TextGoldens;
}

/** The options the reference's two vectorizers were made with, in our names. */
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
