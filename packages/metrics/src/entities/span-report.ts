// Scores of a tagger by spans of text, including partial overlaps.
import { ratio } from '../precision-recall-f1';
import type { Entity } from './entities';

/** Counts of spans under the names of MUC-5 and SemEval-2013. */
export interface SpanCounts {
  /** Pairs that match. */
  readonly correct: number;
  /** Pairs that overlap but do not match. */
  readonly incorrect: number;
  /** Pairs that overlap and match in part. */
  readonly partial: number;
  /** True spans without an overlapping prediction. */
  readonly missed: number;
  /** Predicted spans without an overlapping true span. */
  readonly spurious: number;
  /** True spans: correct + incorrect + partial + missed. */
  readonly possible: number;
  /** Predicted spans: correct + incorrect + partial + spurious. */
  readonly actual: number;
}

/** Counts and scores; a zero denominator gives 0. */
export interface SpanScores extends SpanCounts {
  /** (correct + partial / 2) / actual. */
  readonly precision: number;
  /** (correct + partial / 2) / possible. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
}

/** Scores under four matching criteria for overlapping spans. */
export interface SpanReport {
  /** Correct: bounds and type match. */
  readonly strict: SpanScores;
  /** Correct: bounds match, regardless of type. */
  readonly exact: SpanScores;
  /** Correct: bounds match; partial: spans overlap; regardless of type. */
  readonly partial: SpanScores;
  /** Correct: types match, regardless of the size of the overlap. */
  readonly type: SpanScores;
}

/** Spans, one row per document. */
export type SpanRows = readonly (readonly Entity[])[];

/**
 * Scores of text spans by the criteria of SemEval-2013 task 9, including partial matches.
 *
 * Spans are `{ type, start, end }` with `[start, end)` in any unit (characters, tokens). Each true span is paired with at most
 * one predicted span: equal spans first, then by overlap. The counts therefore add up to the number of spans. Equals nervaluate.
 * @throws RangeError if the numbers of documents differ, and for spans that are empty or have bounds that are not integers.
 * @example
 * const report = spanReport([[{ type: 'PER', start: 0, end: 8 }]], [[{ type: 'PER', start: 0, end: 5 }]]);
 * report.partial.f1; // 0.5
 * report.type.f1; // 1
 */
export function spanReport(yTrue: SpanRows, yPred: SpanRows): SpanReport {
  if (yTrue.length !== yPred.length)
    throw new RangeError(
      `spanReport: expected the same number of documents in yTrue and yPred, got ${yTrue.length} and ${yPred.length}; pass one row per document, empty if it has no spans`,
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

/** A pair of true and predicted span. */
type SpanPair = readonly [truth: Entity, predicted: Entity];

/** Pairs, and the numbers of unpaired spans. */
interface Alignment {
  readonly pairs: SpanPair[];
  /** Number of true spans without a prediction. */
  readonly missed: number;
  /** Number of predictions without a true span. */
  readonly spurious: number;
}

/**
 * Pairs overlapping spans one to one, best matches first: equal spans, then equal bounds, then larger overlap, then the same type,
 * then input order.
 */
function alignSpans(truth: readonly Entity[], predicted: readonly Entity[]): Alignment {
  const candidates = truth.flatMap((own, i) =>
    predicted.flatMap((other, j) => (overlapOf(own, other) > 0 ? [{ i, j, rank: rankOf(own, other) }] : [])),
  );
  candidates.sort((a, b) => b.rank - a.rank || a.i - b.i || a.j - b.j);
  const takenTruth = new Set<number>();
  const takenPredicted = new Set<number>();
  const pairs: SpanPair[] = [];
  for (const { i, j } of candidates) {
    if (takenTruth.has(i) || takenPredicted.has(j)) continue;
    takenTruth.add(i);
    takenPredicted.add(j);
    pairs.push([truth[i], predicted[j]]);
  }
  return { pairs, missed: truth.length - pairs.length, spurious: predicted.length - pairs.length };
}

/** Whether both spans have the same bounds. */
function isSameSpan(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end;
}

function overlapOf(a: Entity, b: Entity): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Half a unit for the type, which only decides between equal overlaps. */
function rankOf(a: Entity, b: Entity): number {
  const bounds = isSameSpan(a, b) ? Number.MAX_SAFE_INTEGER / 4 : overlapOf(a, b);
  return bounds + (a.type === b.type ? 0.5 : 0);
}
