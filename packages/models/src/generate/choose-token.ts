import { uniform } from '@attune/engine';
import { type Logits, repetitionPenalised, softmax, tempered, topKOnly, topPOnly } from './filters';
import type { Sampling } from './options';

interface Place {
  /** The prompt's tokens and those written so far. */
  readonly seen: readonly number[];
  /** Of the counter-based generator: one for each token of each prompt. */
  readonly key: number;
}

/**
 * The next token: the likeliest, or one drawn.
 *
 * Filters come in transformers' order: repetition penalty, temperature, top-k, top-p; the last three only of what is drawn.
 * @param logits [vocab]
 */
export function chooseToken(logits: ArrayLike<number>, { seen, key }: Place, sampling: Sampling): number {
  const { repetitionPenalty, doSample } = sampling;
  if (!doSample && repetitionPenalty === 1) return likeliest(logits);
  const given = Float64Array.from(logits);
  const penalised = repetitionPenalty === 1 ? given : repetitionPenalised(given, seen, repetitionPenalty);
  return doSample ? drawn(filtered(penalised, sampling), uniform(key)) : likeliest(penalised);
}

function filtered(logits: Logits, { temperature, topK, topP }: Sampling): Logits {
  const scaled = tempered(logits, temperature);
  return topPOnly(topK === undefined ? scaled : topKOnly(scaled, topK), topP);
}

/** The first of the largest. A loop, for this is asked of a whole vocabulary for each token: it takes a tenth of `reduce`'s time (measured). */
function likeliest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id] > logits[best]) best = id;
  return best;
}

/** The token whose share of the line from 0 to 1 has `at` in it. */
function drawn(logits: Logits, at: number): number {
  const probabilities = softmax(logits);
  let sum = 0;
  let last = 0;
  for (const [id, probability] of probabilities.entries()) {
    if (probability === 0) continue;
    sum += probability;
    last = id;
    if (at < sum) return id;
  }
  return last; // the sum may stay below 1 by rounding
}
