/**
 * Lets timers, input and signals have their turn: an engine may compute without ever giving way, and then Ctrl-C
 * would be heard only at the end.
 */
export function eventLoopTurn(): Promise<void> {
  // Node's setImmediate costs microseconds (setTimeout a millisecond); browsers do not have it.
  const defer: (callback: () => void) => unknown = globalThis.setImmediate ?? setTimeout;
  return new Promise((resolve) => defer(resolve));
}
