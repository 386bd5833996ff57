/**
 * Clocks by name, read and set back step by step.
 *
 * @returns `around(name, fn)`, the function timed; `take()`, the milliseconds of each name since the last `take`
 */
export function openClocks() {
  let spent = {};
  let since = performance.now();
  const add = (name, start) => {
    spent[name] = (spent[name] ?? 0) + performance.now() - start;
  };
  return {
    around:
      (name, fn) =>
      (...args) => {
        const start = performance.now();
        const result = fn(...args);
        if (typeof result?.then !== 'function') {
          add(name, start);
          return result;
        }
        return result.finally(() => add(name, start));
      },
    take() {
      const now = performance.now();
      const taken = { ...spent, total: now - since };
      [spent, since] = [{}, now];
      return taken;
    },
  };
}
