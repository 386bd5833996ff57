/** The longest time that a timer of Node takes; a longer one would end at once. */
const longest = 2 ** 31 - 1;

/** Milliseconds for a timer, at most 24.8 days. */
export const timerMs = (milliseconds: number): number => Math.min(milliseconds, longest);
