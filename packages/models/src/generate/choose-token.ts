import { uniform } from '@attune/engine';
import type { Sampling } from './options';

interface Place {
  /** The prompt's tokens and those written so far. */
  readonly seen: readonly number[];
  /** Of the counter-based generator: one for each token of each prompt. */
  readonly key: number;
  /** `[vocab]`: 1 where a token may be chosen, of which there is one at least. Default all. */
  readonly allowed?: Uint8Array;
}

/**
 * The next token: the likeliest, or one drawn.
 *
 * Filters come in transformers' order: repetition penalty, what is allowed, temperature, top-k, top-p; the last three only of what is drawn.
 * @param logits [vocab]
 */
export function chooseToken(logits: ArrayLike<number>, { seen, key, allowed }: Place, sampling: Sampling): number {
  const { repetitionPenalty, doSample } = sampling;
  if (!doSample && repetitionPenalty === 1) return allowed ? likeliestAllowed(logits, allowed) : likeliest(logits);
  const all = Float64Array.from(logits);
  const penalized = repetitionPenalty === 1 ? all : repetitionPenalized(all, seen, repetitionPenalty);
  if (!doSample) return allowed ? likeliestAllowed(penalized, allowed) : likeliest(penalized);
  return drawn(filtered(allowed ? allowedOnly(penalized, allowed) : penalized, sampling), uniform(key));
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

/** The same of those that are allowed. */
function likeliestAllowed(logits: ArrayLike<number>, allowed: Uint8Array): number {
  let best = allowed.indexOf(1);
  for (let id = best + 1; id < allowed.length; id++) if (allowed[id] === 1 && logits[id] > logits[best]) best = id;
  return best;
}

/** Likely tokens that are looked at one by one, before what is allowed is computed of all. */
const mostTries = 16;

/**
 * The likeliest token, of those that are allowed, where it is among the likeliest of all: a model mostly wants what it may write, and what is
 * allowed need then not be known of the whole vocabulary.
 *
 * @param seen the prompt's tokens and those written so far
 * @returns undefined where none of the likeliest is allowed
 */
export function likeliestThat(
  allows: (id: number) => boolean,
  logits: ArrayLike<number>,
  { seen, repetitionPenalty }: Pick<Sampling, 'repetitionPenalty'> & { readonly seen: readonly number[] },
): number | undefined {
  if (repetitionPenalty === 1) {
    const id = likeliest(logits);
    if (allows(id)) return id; // most often, and without a copy
  }
  const all = new Float64Array(logits);
  const left = repetitionPenalty === 1 ? all : repetitionPenalized(all, seen, repetitionPenalty);
  for (let tries = 0; tries < mostTries; tries++) {
    const id = likeliest(left);
    if (allows(id)) return id;
    left[id] = -Infinity;
  }
  return undefined;
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

/**
 * What is done to logits before a token is drawn, each as transformers' class of that name does it.
 *
 * All take the logits of one token over the vocabulary and give new ones; a token that is out has −Infinity.
 */
export type Logits = Float64Array;

/** Makes tokens that occurred less likely: a positive logit is divided by the penalty, a negative one multiplied. */
export function repetitionPenalized(logits: Logits, seen: Iterable<number>, penalty: number): Logits {
  const out = logits.slice();
  // What was finite stays so: of tokens that are infinitely likely, or all of which are out, none has a probability.
  const finite = (logit: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, logit));
  for (const id of new Set(seen))
    if (Number.isFinite(logits[id])) out[id] = finite(logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty);
  return out;
}

/** Keeps the tokens that have a 1. */
export const allowedOnly = (logits: Logits, allowed: Uint8Array): Logits =>
  logits.map((logit, id) => (allowed[id] === 1 ? logit : -Infinity));

/** Logits divided by the temperature: below 1 sharper, above 1 flatter. Near 0, where the quotients are infinite, their distances from the largest are. */
export function tempered(logits: Logits, temperature: number): Logits {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  if (Number.isFinite(largest / temperature)) return logits.map((logit) => logit / temperature);
  return logits.map((logit) => (logit === largest ? 0 : (logit - largest) / temperature));
}

/** Keeps the `k` likeliest tokens, and those that are as likely as the last of them. */
export function topKOnly(logits: Logits, k: number): Logits {
  if (k >= logits.length) return logits;
  const least = logits.slice().sort()[logits.length - k];
  return logits.map((logit) => (logit < least ? -Infinity : logit));
}

/** Keeps the likeliest tokens that together have at least the probability `p`, the likeliest always. */
export function topPOnly(logits: Logits, p: number): Logits {
  if (p >= 1) return logits;
  const leastFirst = logits.slice().sort(); // numbers alone: a fifth of the time of ids by their logits (measured)
  const probabilities = softmax(leastFirst);
  let count = 0; // how many are out
  for (let below = 0; count < logits.length - 1; count++) {
    below += probabilities[count];
    if (below > 1 - p) break;
  }
  const least = leastFirst[count];
  let equal = count - leastFirst.indexOf(least); // of those as likely as the least that stays, the first are out
  return logits.map((logit) => (logit < least || (logit === least && equal-- > 0) ? -Infinity : logit));
}

/** Probabilities of logits, shifted by their maximum. */
export function softmax(logits: Logits): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
