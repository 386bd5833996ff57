import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Entity, spanReport } from '..';

const span = (type: string, start: number, end: number): Entity => ({ type, start, end });

describe('spanReport', () => {
  it('judges each way of being wrong as SemEval-2013 does', () => {
    const truth = [
      span('DRUG', 0, 7),
      span('DRUG', 10, 20),
      span('BRAND', 30, 40),
      span('GROUP', 50, 60),
      span('DRUG', 70, 75),
    ];
    const found = [
      span('DRUG', 0, 7),
      span('DRUG', 10, 15),
      span('DRUG', 30, 40),
      span('DRUG', 55, 65),
      span('DRUG', 90, 95),
    ];
    const { strict, exact, partial, type } = spanReport([truth], [found]);
    const rest = { missed: 1, spurious: 1, possible: 5, actual: 5 };
    expect(strict).toMatchObject({ ...rest, correct: 1, incorrect: 3, partial: 0, f1: 1 / 5 });
    expect(exact).toMatchObject({ ...rest, correct: 2, incorrect: 2, partial: 0, precision: 2 / 5 });
    expect(partial).toMatchObject({ ...rest, correct: 2, incorrect: 0, partial: 2, recall: 3 / 5 });
    expect(type).toMatchObject({ ...rest, correct: 2, incorrect: 2, partial: 0, f1: 2 / 5 });
  });

  it('takes the equal span, not the first that overlaps, and each once', () => {
    const truth = [span('A', 0, 10), span('A', 4, 6)];
    expect(spanReport([truth], [[span('A', 4, 6)]]).strict).toMatchObject({ correct: 1, missed: 1, incorrect: 0 });
    expect(spanReport([[span('A', 0, 10)]], [[span('A', 0, 4), span('A', 4, 10)]]).type).toMatchObject({
      correct: 1,
      spurious: 1,
    });
  });

  it('does not take neighbors for overlapping, nor documents for each other', () => {
    expect(spanReport([[span('A', 0, 4)]], [[span('A', 4, 8)]]).partial).toMatchObject({ missed: 1, spurious: 1 });
    expect(spanReport([[span('A', 0, 4)], []], [[], [span('A', 0, 4)]]).type).toMatchObject({ missed: 1, spurious: 1 });
    expect(spanReport([[]], [[]]).strict).toMatchObject({ precision: 0, recall: 0, f1: 0 });
  });

  const spans = fc.array(
    fc
      .tuple(fc.constantFrom('A', 'B'), fc.integer({ min: 0, max: 20 }), fc.integer({ min: 1, max: 6 }))
      .map(([type, start, length]) => span(type, start, start + length)),
    { maxLength: 8 },
  );

  it('accounts for every span, and is never stricter than strict', () => {
    fc.assert(
      fc.property(spans, spans, (truth, found) => {
        const report = spanReport([truth], [found]);
        for (const scores of Object.values(report)) {
          const paired = scores.correct + scores.incorrect + scores.partial;
          expect(paired + scores.missed).toBe(truth.length);
          expect(paired + scores.spurious).toBe(found.length);
          expect(scores.f1).toBeGreaterThanOrEqual(report.strict.f1);
        }
        const swapped = spanReport([found], [truth]);
        expect(swapped.exact.precision).toBe(report.exact.recall);
        expect(spanReport([truth], [truth]).strict.correct).toBe(truth.length);
      }),
    );
  });

  it('refuses spans that hold nothing', () => {
    expect(() => spanReport([[span('A', 3, 3)]], [[]])).toThrow('got [3, 3) in yTrue[0]');
    expect(() => spanReport([[]], [])).toThrow('the same number of documents');
  });
});
