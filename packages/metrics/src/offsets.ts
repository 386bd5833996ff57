import { argMax } from '@attune/internal';
import type { Rows } from './arrays';
import { checkClassIds, checkInteger, checkPaired, checkRows } from './checks';
import { type Counts, scoresOf } from './precision-recall-f1';

export interface OffsetOptions {
  /** Maximum number of rounds over all classes; default 10. The search ends sooner if a round changes nothing. */
  readonly rounds?: number;
}

/** Offsets, and the macro-F1 with and without them, on the examples they were chosen by. */
export interface Offsets {
  /** One per class; predict the arg max of score + offset. */
  readonly offsets: number[];
  readonly score: number;
  readonly scoreBefore: number;
}

/**
 * Offset of each class that maximizes the macro-F1 of arg max(score + offset), so that rare classes are predicted too.
 *
 * `yTrue` holds class ids, `scores` is [examples, classes] of finite numbers (logits or log-probabilities). The macro-F1 is over
 * all columns; a class that never occurs counts 0. Coordinate ascent: with the other offsets fixed, a class's offset is the best
 * of all there are, halfway between two neighboring values at which some example changes sides. An offset moves only to a
 * higher F1; of equally good ones to the nearest, then the lower. The result is a maximum along every axis, not always the
 * global one. Choose on validation data.
 * @throws RangeError for class ids out of range, uneven rows and scores that are not finite.
 * @example
 * const { offsets } = bestOffsets(validationLabels, validationLogits);
 * const shifted = testLogits.map((row) => row.map((logit, i) => logit + offsets[i]));
 */
export function bestOffsets(yTrue: ArrayLike<number>, scores: Rows, { rounds = 10 }: OffsetOptions = {}): Offsets {
  checkPaired('bestOffsets', yTrue, scores);
  const classes = checkRows('bestOffsets', 'scores', scores);
  checkClassIds('bestOffsets', yTrue, classes);
  checkInteger('bestOffsets', 'rounds', rounds, 0);
  const offsets = new Array<number>(classes).fill(0);
  const scoreBefore = macroF1(yTrue, scores, offsets);
  let score = scoreBefore;
  for (let round = 0, isMoving = true; round < rounds && isMoving; round++) {
    isMoving = false;
    for (let own = 0; own < classes; own++) {
      const moved = offsets.with(own, bestOffset(yTrue, scores, { offsets, own }));
      const reached = macroF1(yTrue, scores, moved);
      if (reached <= score + margin) continue;
      offsets[own] = moved[own];
      score = reached;
      isMoving = true;
    }
  }
  return { offsets, score, scoreBefore };
}

/** A smaller gain is rounding. */
const margin = 1e-12;

function macroF1(yTrue: ArrayLike<number>, scores: Rows, offsets: readonly number[]): number {
  const shifted = Array.from(scores, (row) => argMax(offsets.map((offset, i) => row[i] + offset)));
  return meanF1(countsOf(yTrue, shifted, offsets.length));
}

function countsOf(yTrue: ArrayLike<number>, predicted: readonly number[], classes: number): Counts[] {
  const counts = Array.from({ length: classes }, () => ({ truePositives: 0, predicted: 0, actual: 0 }));
  predicted.forEach((id, i) => {
    counts[yTrue[i]].actual++;
    counts[id].predicted++;
    if (id === yTrue[i]) counts[id].truePositives++;
  });
  return counts;
}

const meanF1 = (counts: readonly Counts[]): number =>
  counts.reduce((sum, count) => sum + scoresOf(count).f1, 0) / counts.length;

/** The offset at which an example changes from the best other class to this one. */
interface Turn {
  readonly at: number;
  readonly from: number;
  readonly truth: number;
}

/** Sweeps the offset of one class upwards, past the turn of each example. */
function bestOffset(
  yTrue: ArrayLike<number>,
  scores: Rows,
  { offsets, own }: { offsets: readonly number[]; own: number },
): number {
  const turns = Array.from(scores, (row, i) => turnOf(row, yTrue[i], { offsets, own })).sort((a, b) => a.at - b.at);
  const counts = countsOf(
    turns.map(({ truth }) => truth),
    turns.map(({ from }) => from),
    offsets.length,
  );
  const current = offsets[own];
  let best = { offset: turns[0].at - 1, score: meanF1(counts) };
  turns.forEach((turn, i) => {
    turnOver(counts, turn, own);
    const next = turns[i + 1]?.at ?? turn.at + 2;
    if (next === turn.at) return;
    const candidate = { offset: (turn.at + next) / 2, score: meanF1(counts) };
    if (isBetter(candidate, best, current)) best = candidate;
  });
  return best.offset;
}

function turnOf(
  row: ArrayLike<number>,
  truth: number,
  { offsets, own }: { offsets: readonly number[]; own: number },
): Turn {
  const from = argMax(offsets.map((offset, i) => (i === own ? Number.NEGATIVE_INFINITY : row[i] + offset)));
  return { at: from === own ? Number.NEGATIVE_INFINITY : row[from] + offsets[from] - row[own], from, truth };
}

function turnOver(counts: Counts[], { from, truth }: Turn, own: number): void {
  counts[from].predicted--;
  counts[own].predicted++;
  if (truth === from) counts[from].truePositives--;
  if (truth === own) counts[own].truePositives++;
}

interface Candidate {
  readonly offset: number;
  readonly score: number;
}

function isBetter(candidate: Candidate, best: Candidate, current: number): boolean {
  const gain = candidate.score - best.score;
  if (Math.abs(gain) > margin) return gain > 0;
  return Math.abs(candidate.offset - current) < Math.abs(best.offset - current);
}
