import type { Program } from '../program';
import { bytesOf } from '../tensor';

/** Longer arrays the system gives anew each time they are asked for, its pages zeroed, where no session keeps them (glibc's `malloc`). */
const longest = 32 * 2 ** 20;
/** Of all the bytes that a program computes. */
const mostLong = 0.25;

/**
 * Whether a program computes so much in long arrays that it must keep memory of its own.
 *
 * Without it a step of 16 × 200 tokens of DistilBERT, a third of whose bytes are long arrays, took 1.4 times as long; a step of shorter ones took the same time (measured).
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
