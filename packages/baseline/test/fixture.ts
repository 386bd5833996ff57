import { readFileSync } from 'node:fs';
import type { TfidfOptions } from '../src/tfidf';

interface Vectorized {
  options: TfidfOptions;
  vocabulary: string[];
  idf: number[];
  firstRow: number[];
  unseenRow: number[];
}

export interface FittedFixture {
  classWeight: 'balanced' | Record<string, number> | null;
  C: number;
  classes: string[];
  coefficients: number[][];
  intercepts: number[];
  probabilities: number[];
}

interface Fixture {
  texts: string[];
  labels: string[];
  /** The first texts, to which the vectorizers and the models are fitted. */
  trainingRows: number;
  vectorizers: Vectorized[];
  models: FittedFixture[];
  binaryModels: FittedFixture[];
  dense: { features: number[]; models: FittedFixture[]; binaryModel: FittedFixture };
  majority: { label: string; probabilities: number[] };
  trials: { C: number; ngramRange: [number, number]; accuracy: number; macroF1: number }[];
}

/** The file that fixtures/make_fixtures.py wrote with scikit-learn 1.9.1. */
export function readFixture(): Fixture & Record<'train' | 'heldOut', { texts: string[]; labels: string[] }> {
  const file = new URL('../fixtures/sklearn.json', import.meta.url);
  const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture;
  const rows = (start: number, end?: number) => ({
    texts: fixture.texts.slice(start, end),
    labels: fixture.labels.slice(start, end),
  });
  return { ...fixture, train: rows(0, fixture.trainingRows), heldOut: rows(fixture.trainingRows) };
}

/** Two labels: `shop`, and all others as one. */
export function binaryLabels(labels: readonly string[]): string[] {
  return labels.map((label) => (label === 'shop' ? label : 'other'));
}
