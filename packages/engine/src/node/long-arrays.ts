import type { Program } from '../program';
import { bytesOf } from '../tensor';

/** Arrays above this size are allocated by the system each time, with zeroed pages, unless a session keeps them (glibc's `malloc`). */
const longest = 32 * 2 ** 20;
/** Share of all bytes that a program computes. */
const mostLong = 0.25;

/**
 * Whether so much of a program's memory is in long arrays that it must keep its own memory.
 *
 * Otherwise a step of 16 × 200 tokens of DistilBERT, with a third of its bytes in long arrays, takes 1.4 times as long; a step with shorter arrays takes the same time (measured).
 */
export function hasLongArrays({ values, nodes }: Program): boolean {
  let [all, long] = [0, 0];
  for (const { outputs } of nodes)
    for (const value of outputs) {
      const bytes = bytesOf(values[value]);
      all += bytes;
      if (bytes > longest) long += bytes;
    }
  return long > mostLong * all;
}
