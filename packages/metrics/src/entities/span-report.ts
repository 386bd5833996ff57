import { ratio } from '../scores';
import { alignSpans, isSameSpan, type SpanPair } from './_align-spans';
import type { Entity } from './entity';

/** What became of the spans, in the words of MUC-5 and SemEval-2013. */
export interface SpanCounts {
  /** Pairs that agree. */
  correct: number;
  /** Pairs that overlap and disagree. */
  incorrect: number;
  /** Pairs that overlap and agree in part. */
  partial: number;
  /** True spans that nothing overlaps. */
  missed: number;
  /** Predicted spans that overlap nothing. */
  spurious: number;
  /** True spans: correct + incorrect + partial + missed. */
  possible: number;
  /** Predicted spans: correct + incorrect + partial + spurious. */
  actual: number;
}

/** Counts and the scores they make; a zero denominator gives 0. */
export interface SpanScores extends SpanCounts {
  /** (correct + partial / 2) / actual. */
  precision: number;
  /** (correct + partial / 2) / possible. */
  recall: number;
  f1: number;
}

/** Four ways to judge a pair of overlapping spans. */
export interface SpanReport {
  /** Correct: both bounds and the type are right. */
  strict: SpanScores;
  /** Correct: both bounds are right, whatever the type. */
  exact: SpanScores;
  /** Correct: both bounds are right; partial: they overlap; whatever the type. */
  partial: SpanScores;
  /** Correct: the type is right, however little they overlap. */
  type: SpanScores;
}

/** One document a row. */
export type SpanRows = readonly (readonly Entity[])[];

/**
 * Found, half found and missed spans of text, as task 9 of SemEval-2013 counts them.
 *
 * Spans are `{ type, start, end }` with `[start, end)` in whatever unit both sides use (characters, tokens). Each true span is
 * paired with one predicted span at most, equal ones first, then by overlap, so that the counts add up to the spans there are.
 * Throws RangeError when the numbers of documents differ and for spans that are empty or no whole numbers.
 * @example
 * const report = spanReport([[{ type: 'PER', start: 0, end: 8 }]], [[{ type: 'PER', start: 0, end: 5 }]]);
 * report.partial.f1; // 0.5
 * report.type.f1; // 1
 */
export function spanReport(yTrue: SpanRows, yPred: SpanRows): SpanReport {
  if (yTrue.length !== yPred.length)
    throw new RangeError(
      `spanReport: expected as many documents in yTrue and yPred, got ${yTrue.length} and ${yPred.length}; give one row a document, also where it has no span`,
    );
  checkSpans('yTrue', yTrue);
  checkSpans('yPred', yPred);
  const alignments = yTrue.map((truth, i) => alignSpans(truth, yPred[i]));
  const pairs = alignments.flatMap((alignment) => alignment.pairs);
  const missed = alignments.reduce((sum, alignment) => sum + alignment.missed, 0);
  const spurious = alignments.reduce((sum, alignment) => sum + alignment.spurious, 0);
  const scored = (judge: Judge) => scoresOf(pairs.map(judge), { missed, spurious });
  return { strict: scored(strict), exact: scored(exact), partial: scored(partial), type: scored(type) };
}

type Judge = (pair: SpanPair) => 'correct' | 'incorrect' | 'partial';

const strict: Judge = ([a, b]) => (isSameSpan(a, b) && a.type === b.type ? 'correct' : 'incorrect');
const exact: Judge = ([a, b]) => (isSameSpan(a, b) ? 'correct' : 'incorrect');
const partial: Judge = ([a, b]) => (isSameSpan(a, b) ? 'correct' : 'partial');
const type: Judge = ([a, b]) => (a.type === b.type ? 'correct' : 'incorrect');

function scoresOf(
  verdicts: readonly ReturnType<Judge>[],
  { missed, spurious }: { missed: number; spurious: number },
): SpanScores {
  const counts = { correct: 0, incorrect: 0, partial: 0 };
  for (const verdict of verdicts) counts[verdict]++;
  const possible = verdicts.length + missed;
  const actual = verdicts.length + spurious;
  const found = counts.correct + counts.partial / 2;
  return {
    ...counts,
    missed,
    spurious,
    possible,
    actual,
    precision: ratio(found, actual),
    recall: ratio(found, possible),
    f1: ratio(2 * found, actual + possible),
  };
}

function checkSpans(name: string, rows: SpanRows): void {
  rows.forEach((spans, row) => {
    for (const { start, end } of spans) {
      if (!Number.isInteger(start) || !Number.isInteger(end) || end <= start)
        throw new RangeError(
          `spanReport: expected whole numbers with start < end, got [${start}, ${end}) in ${name}[${row}]; ends are exclusive`,
        );
    }
  });
}
