// Scores of a tagger by spans of text, counting overlaps as well as exact hits.
import { ratio } from '../precision-recall-f1';
import type { Entity } from './entities';

/** Counts of spans under the names of MUC-5 and SemEval-2013. */
export interface SpanCounts {
  /** Pairs that agree. */
  readonly correct: number;
  /** Pairs that overlap and disagree. */
  readonly incorrect: number;
  /** Pairs that overlap and agree in part. */
  readonly partial: number;
  /** True spans that nothing overlaps. */
  readonly missed: number;
  /** Predicted spans that overlap nothing. */
  readonly spurious: number;
  /** True spans: correct + incorrect + partial + missed. */
  readonly possible: number;
  /** Predicted spans: correct + incorrect + partial + spurious. */
  readonly actual: number;
}

/** Counts and their scores; a zero denominator gives 0. */
export interface SpanScores extends SpanCounts {
  /** (correct + partial / 2) / actual. */
  readonly precision: number;
  /** (correct + partial / 2) / possible. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
}

/** Scores under four criteria for a pair of overlapping spans. */
export interface SpanReport {
  /** Correct: both bounds and the type are right. */
  readonly strict: SpanScores;
  /** Correct: both bounds are right, whatever the type. */
  readonly exact: SpanScores;
  /** Correct: both bounds are right; partial: they overlap; whatever the type. */
  readonly partial: SpanScores;
  /** Correct: the type is right, however little they overlap. */
  readonly type: SpanScores;
}

/** One row per document. */
export type SpanRows = readonly (readonly Entity[])[];

/**
 * Found, partially found and missed spans of text, by the criteria of SemEval-2013 task 9.
 *
 * Spans are `{ type, start, end }` with `[start, end)` in any unit (characters, tokens). Each true span is paired with at most
 * one predicted span, equal ones first, then by overlap, so that the counts add up to the number of spans. Equals nervaluate.
 * @throws RangeError when the numbers of documents differ, and for spans that are empty or not of whole numbers.
 * @example
 * const report = spanReport([[{ type: 'PER', start: 0, end: 8 }]], [[{ type: 'PER', start: 0, end: 5 }]]);
 * report.partial.f1; // 0.5
 * report.type.f1; // 1
 */
export function spanReport(yTrue: SpanRows, yPred: SpanRows): SpanReport {
  if (yTrue.length !== yPred.length)
    throw new RangeError(
      `spanReport: expected as many documents in yTrue and yPred, got ${yTrue.length} and ${yPred.length}; give one row per document, also where it has no span`,
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

/** A true span and the predicted one that is paired with it. */
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
 * Pairs overlapping spans one to one, the best first: equal spans, then equal bounds, then the larger overlap, then the same type,
 * then their order.
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

/** Whether both spans begin and end at the same places. */
function isSameSpan(a: Entity, b: Entity): boolean {
  return a.start === b.start && a.end === b.end;
}

function overlapOf(a: Entity, b: Entity): number {
  return Math.min(a.end, b.end) - Math.max(a.start, b.start);
}

/** Half a unit for the type: it decides between equal overlaps only. */
function rankOf(a: Entity, b: Entity): number {
  const bounds = isSameSpan(a, b) ? Number.MAX_SAFE_INTEGER / 4 : overlapOf(a, b);
  return bounds + (a.type === b.type ? 0.5 : 0);
}
