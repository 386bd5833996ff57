import type { ProgramFunction, Specs } from '../record/record';

/** Numbers functions as they come, and makes a key of one and the shapes it is called with: what a program made ready is kept under. */
export function programKeys(): (fn: ProgramFunction, ...inputs: readonly Specs[]) => string {
  const ids = new WeakMap<ProgramFunction, number>();
  let known = 0;
  return (fn, ...inputs) => {
    if (!ids.has(fn)) ids.set(fn, known++);
    return [ids.get(fn), ...inputs.map(shapesOf)].join(':');
  };
}

/** Names, types and shapes as one string. */
export function shapesOf(tensors: Specs): string {
  return Object.entries(tensors)
    .map(([name, { shape, dtype }]) => `${name}=${dtype}[${shape}]`)
    .join();
}
