/**
 * Gives timers, input and signals a turn: an engine may compute without yielding, and then Ctrl-C
 * would have no effect until the end.
 */
export function eventLoopTurn(): Promise<void> {
  // Node's setImmediate costs microseconds (setTimeout a millisecond); browsers do not have it.
  const defer: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;
  return new Promise((resolve) => defer(resolve));
}
