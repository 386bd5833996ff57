import { describe, expect, it } from 'vitest';
import type { Scores } from '../scores';
import { expectClose } from '../testing/close';
import { type GoldenScores, goldenCases, hasGoldens, renamed } from '../testing/goldens';
import type { EntityMode } from './entities-of';
import { entityReport } from './entity-report';
import type { TagScheme } from './schemes';

type Reference = Record<string, GoldenScores> | { error: string };

interface Golden extends Record<EntityMode, Reference> {
  scheme: TagScheme;
  kind: string;
  y_true: string[][];
  y_pred: string[][];
  accuracy: number;
}

interface Pooled extends Record<EntityMode, Reference> {
  scheme: TagScheme;
  documents: number[];
  accuracy: number;
}

const averages = ['micro', 'macro', 'weighted'] as const;
const documents = goldenCases<Golden>('documents.json', 'seqeval');
const modes = ['default', 'strict'] as const;

/** JSON has no NaN: the reference's are null. */
const withNaN = (scores: Scores): Scores => ({
  precision: scores.precision ?? Number.NaN,
  recall: scores.recall ?? Number.NaN,
  f1: scores.f1 ?? Number.NaN,
});

function expectSame(golden: Golden, mode: EntityMode): void {
  const reference = golden[mode];
  const run = () => entityReport(golden.y_true, golden.y_pred, { mode, scheme: golden.scheme });
  if ('error' in reference) {
    expect(run).toThrow(RangeError);
    return;
  }
  const report = run();
  const named = Object.keys(reference).filter((name) => !name.endsWith(' avg'));
  expect(report.types).toEqual(named);
  for (const type of named)
    expectClose(report.perEntity[type], { ...renamed(reference[type]), support: reference[type].support });
  for (const average of averages) {
    const expected = withNaN(renamed(reference[`${average} avg`]));
    if (Number.isNaN(expected.f1)) expect(report[average]).toEqual(expected);
    else expectClose(report[average], expected);
  }
  expect(report.accuracy).toBeCloseTo(golden.accuracy, 12);
}

describe.skipIf(!hasGoldens).each(modes)('entityReport against seqeval, %s (needs ../shared/goldens)', (mode) => {
  it.each(documents.map((golden, i) => ({ ...golden, i })))('$i $scheme, $kind', (golden) => {
    expectSame(golden, mode);
  });

  it.each(goldenCases<Pooled>('pooled.json', 'seqeval'))('many sentences of $scheme', (golden) => {
    const own = golden.documents.map((i) => documents[i]);
    const pooled = { y_true: own.flatMap(({ y_true }) => y_true), y_pred: own.flatMap(({ y_pred }) => y_pred) };
    expectSame({ ...golden, ...pooled, kind: 'pooled' }, mode);
  });
});
