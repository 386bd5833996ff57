import { checkOptions, type TableOf } from '@attune/internal';
import type { Rows } from './arrays';
import { checkClassIds, checkInteger, checkPaired, checkRows } from './checks';
import { ratio } from './precision-recall-f1';

/** Options of `bestOffsets` and `offsetSearch`. */
export interface OffsetOptions {
  /** Maximum number of rounds over all classes; default 10. The search ends earlier if a round changes nothing. */
  readonly rounds?: number;
}

const offsetTable = { rounds: 'number' } satisfies TableOf<OffsetOptions>;

/** Offsets, and the macro-F1 with and without them, on the same examples. */
export interface Offsets {
  /** One offset per class; predict arg max(score + offset). */
  readonly offsets: number[];
  /** Macro-F1 with the offsets, in [0, 1]. */
  readonly score: number;
  /** Macro-F1 without them, in [0, 1]. */
  readonly scoreBefore: number;
}

/**
 * Offsets of classes that maximize the macro-F1 of arg max(score + offset), so that rare classes are also predicted.
 *
 * `yTrue` holds class ids, `scores` is [examples, classes] of finite numbers (logits or log-probabilities). The macro-F1 covers
 * all columns; a class that never occurs counts as 0. Coordinate ascent: with the other offsets fixed, every offset of a class that changes a
 * prediction is tried, halfway between neighboring values at which a prediction changes. An offset changes only for a
 * higher F1; ties go to the nearest, then the lower one. The result is a maximum along every axis, not always the
 * global one. Use validation data.
 * @throws RangeError for class ids out of range, uneven rows and scores that are not finite, AttuneError ARGUMENT_INVALID for an unknown option.
 * @example
 * const { offsets } = bestOffsets(validationLabels, validationLogits);
 * const shifted = testLogits.map((row) => row.map((logit, i) => logit + offsets[i]));
 */
export function bestOffsets(yTrue: ArrayLike<number>, scores: Rows, options: OffsetOptions = {}): Offsets {
  const search = offsetSearch(yTrue, scores, options);
  for (;;) {
    const { done, value } = search.next();
    if (done) return value;
  }
}

/**
 * The search of `bestOffsets` in steps, one per class and round, so that a program can do other work in between, or stop: with
 * thousands of classes it takes a while. A step takes about as long as sorting the examples.
 *
 * @throws RangeError as `bestOffsets`, at the first step
 * @example
 * const search = offsetSearch(validationLabels, validationLogits);
 * let step = search.next();
 * for (; !step.done; step = search.next()) await setImmediate();
 * const { offsets } = step.value;
 */
export function* offsetSearch(
  yTrue: ArrayLike<number>,
  scores: Rows,
  options: OffsetOptions = {},
): Generator<undefined, Offsets, undefined> {
  checkOptions('bestOffsets', options, offsetTable);
  const { rounds = 10 } = options;
  checkPaired('bestOffsets', yTrue, scores);
  const classes = checkRows('bestOffsets', 'scores', scores);
  checkClassIds('bestOffsets', yTrue, classes);
  checkInteger('bestOffsets', 'rounds', rounds, 0);
  const counts = classCounts(yTrue, classes);
  let ranked = rankAll(scores, new Float64Array(classes));
  const scoreBefore = counts.meanF1(ranked.first);
  let score = scoreBefore;
  for (let round = 0, isMoving = classes > 1; round < rounds && isMoving; round++) {
    isMoving = false;
    for (let own = 0; own < classes; own++) {
      yield;
      const best = bestOffset(counts, scores, { ranked, own });
      if (best.score <= score + margin / 2) continue; // the sweep's sums differ from a plain sum by less
      const moved = withOffset(scores, ranked, { own, offset: best.offset });
      const reached = counts.meanF1(moved.first);
      if (reached <= score + margin) continue;
      ranked = moved;
      score = reached;
      isMoving = true;
    }
  }
  return { offsets: [...ranked.offsets], score, scoreBefore };
}

/** A smaller gain is due to rounding. */
const margin = 1e-12;

/** The two best classes of every example with these offsets; among equal ones the first is better. */
interface Ranked {
  readonly offsets: Float64Array;
  readonly first: Int32Array;
  readonly second: Int32Array;
}

function rankAll(scores: Rows, offsets: Float64Array): Ranked {
  const [first, second] = [new Int32Array(scores.length), new Int32Array(scores.length)];
  const ranked = { offsets, first, second };
  for (let i = 0; i < scores.length; i++) rank(ranked, scores[i], i);
  return ranked;
}

function rank({ offsets, first, second }: Ranked, row: ArrayLike<number>, i: number): void {
  let [best, next] = [0, -1];
  for (let id = 1; id < offsets.length; id++) {
    const value = row[id] + offsets[id];
    if (value > row[best] + offsets[best]) [best, next] = [id, best];
    else if (next < 0 || value > row[next] + offsets[next]) next = id;
  }
  first[i] = best;
  second[i] = next;
}

/** Updates one class's offset: only rows in which it was among the two best are scanned again. */
function withOffset(scores: Rows, ranked: Ranked, { own, offset }: { own: number; offset: number }): Ranked {
  const offsets = ranked.offsets.with(own, offset);
  const [first, second] = [ranked.first.slice(), ranked.second.slice()];
  const moved = { offsets, first, second };
  const beats = (row: ArrayLike<number>, other: number) => {
    const gain = row[own] + offset - (row[other] + offsets[other]);
    return gain > 0 || (gain === 0 && own < other);
  };
  for (let i = 0; i < scores.length; i++) {
    const row = scores[i];
    if (first[i] === own || second[i] === own) rank(moved, row, i);
    else if (beats(row, first[i])) {
      second[i] = first[i];
      first[i] = own;
    } else if (beats(row, second[i])) second[i] = own;
  }
  return moved;
}

type ClassCounts = ReturnType<typeof classCounts>;

/** Counts of true, predicted and correctly predicted examples per class, and the sum of F1 over classes, updated while predictions change. */
function classCounts(yTrue: ArrayLike<number>, classes: number) {
  const [actual, predicted, hits] = Array.from({ length: 3 }, () => new Int32Array(classes));
  for (let i = 0; i < yTrue.length; i++) actual[yTrue[i]]++;
  const f1Of = (id: number) => ratio(2 * hits[id], predicted[id] + actual[id]);
  let [sum, lost] = [0, 0];
  /** Neumaier's sum: after any number of changes its error does not exceed that of a plain sum. */
  const add = (term: number) => {
    const next = sum + term;
    lost += Math.abs(sum) >= Math.abs(term) ? sum - next + term : term - next + sum;
    sum = next;
  };
  const change = (id: number, { by, isHit }: { by: number; isHit: boolean }) => {
    add(-f1Of(id));
    predicted[id] += by;
    if (isHit) hits[id] += by;
    add(f1Of(id));
  };
  const count = (predictions: Int32Array) => {
    predicted.fill(0);
    hits.fill(0);
    for (let i = 0; i < predictions.length; i++) {
      predicted[predictions[i]]++;
      if (predictions[i] === yTrue[i]) hits[predictions[i]]++;
    }
    [sum, lost] = [0, 0];
    for (let id = 0; id < classes; id++) sum += f1Of(id);
  };
  return {
    /** Recounts all predictions. */
    count,
    /** Mean F1 of other predictions, from a full count. */
    meanF1(predictions: Int32Array): number {
      count(predictions);
      return sum / classes;
    },
    /** Mean F1 of the current counts. */
    mean: () => (sum + lost) / classes,
    /** Changes the prediction of an example to another class. */
    turn(i: number, from: number, to: number): void {
      change(from, { by: -1, isHit: yTrue[i] === from });
      change(to, { by: 1, isHit: yTrue[i] === to });
    },
  };
}

/** Sweeps the offset of one class upwards, past each example's value at which the prediction changes to this class. */
function bestOffset(counts: ClassCounts, scores: Rows, { ranked, own }: { ranked: Ranked; own: number }): Candidate {
  const { offsets, first, second } = ranked;
  const from = first.map((id, i) => (id === own ? second[i] : id));
  const turnsAt = Float64Array.from(from, (id, i) => scores[i][id] + offsets[id] - scores[i][own]);
  const order = Int32Array.from(from, (_, i) => i).sort((a, b) => turnsAt[a] - turnsAt[b]);
  counts.count(from);
  let best = { offset: turnsAt[order[0]] - 1, score: counts.mean() };
  order.forEach((example, i) => {
    const at = turnsAt[example];
    counts.turn(example, from[example], own);
    const next = i + 1 < order.length ? turnsAt[order[i + 1]] : at + 2;
    if (next === at) return;
    const candidate = { offset: (at + next) / 2, score: counts.mean() };
    if (isBetter(candidate, best, offsets[own])) best = candidate;
  });
  return best;
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
