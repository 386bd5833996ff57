import { uniform } from '@attune/engine';
import type { Sampling } from './options';

interface Place {
  /** Tokens of the prompt and those generated so far. */
  readonly seen: readonly number[];
  /** Key of the counter-based random generator, different for each token of each prompt. */
  readonly key: number;
  /** `[vocab]`: 1 for allowed tokens, of which there is at least one. Default all tokens. */
  readonly allowed?: Uint8Array;
}

/**
 * Chooses the next token: the most likely one, or a sampled one.
 *
 * Filters apply in transformers' order: repetition penalty, allowed tokens, temperature, top-k, top-p. The last three apply only to sampling.
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

/** Index of the first maximum. A loop, because this runs over the whole vocabulary for each token: it takes a tenth of the time of `reduce` (measured). */
function likeliest(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 1; id < logits.length; id++) if (logits[id] > logits[best]) best = id;
  return best;
}

/** Index of the first maximum among allowed tokens. */
function likeliestAllowed(logits: ArrayLike<number>, allowed: Uint8Array): number {
  let best = allowed.indexOf(1);
  for (let id = best + 1; id < allowed.length; id++) if (allowed[id] === 1 && logits[id] > logits[best]) best = id;
  return best;
}

/** Number of likely tokens that are checked one by one before all allowed tokens are computed. */
const mostTries = 16;

/**
 * The most likely allowed token, if it is among the most likely tokens of all. Usually it is, and then the allowed tokens
 * of the whole vocabulary need not be computed.
 *
 * @param seen tokens of the prompt and those generated so far
 * @returns undefined if none of the most likely tokens is allowed
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

/** The token whose interval of cumulative probability contains `at`. */
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
 * Transformations of logits before sampling, each as in transformers' class of that name.
 *
 * Each takes the logits of one token over the vocabulary and returns new ones; excluded tokens have −Infinity.
 */
export type Logits = Float64Array;

/** Makes tokens that occurred less likely: divides positive logits by the penalty, multiplies negative ones by it. */
export function repetitionPenalized(logits: Logits, seen: Iterable<number>, penalty: number): Logits {
  const out = logits.slice();
  // Finite logits stay finite: if tokens were infinitely likely, or all were excluded, no probability would be defined.
  const finite = (logit: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, logit));
  for (const id of new Set(seen))
    if (Number.isFinite(logits[id])) out[id] = finite(logits[id] < 0 ? logits[id] * penalty : logits[id] / penalty);
  return out;
}

/** Keeps tokens with a 1. */
export const allowedOnly = (logits: Logits, allowed: Uint8Array): Logits =>
  logits.map((logit, id) => (allowed[id] === 1 ? logit : -Infinity));

/** Divides logits by the temperature: below 1 sharper, above 1 flatter. Near 0, where quotients are infinite, divides differences from the maximum. */
export function tempered(logits: Logits, temperature: number): Logits {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  if (Number.isFinite(largest / temperature)) return logits.map((logit) => logit / temperature);
  return logits.map((logit) => (logit === largest ? 0 : (logit - largest) / temperature));
}

/** Keeps the `k` most likely tokens, and those with the same logit as the last of them. */
export function topKOnly(logits: Logits, k: number): Logits {
  if (k >= logits.length) return logits;
  const least = logits.slice().sort()[logits.length - k];
  return logits.map((logit) => (logit < least ? -Infinity : logit));
}

/** Keeps the most likely tokens whose probabilities add up to at least `p`, always including the most likely one. */
export function topPOnly(logits: Logits, p: number): Logits {
  if (p >= 1) return logits;
  const leastFirst = logits.slice().sort(); // sorting numbers takes a fifth of the time of sorting ids by their logits (measured)
  const probabilities = softmax(leastFirst);
  let count = 0; // number of excluded tokens
  for (let below = 0; count < logits.length - 1; count++) {
    below += probabilities[count];
    if (below > 1 - p) break;
  }
  const least = leastFirst[count];
  let equal = count - leastFirst.indexOf(least); // of the tokens tied with the least likely one kept, the first are excluded
  return logits.map((logit) => (logit < least || (logit === least && equal-- > 0) ? -Infinity : logit));
}

/** Probabilities of logits, shifted by their maximum. */
export function softmax(logits: Logits): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}
