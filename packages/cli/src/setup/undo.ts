/** Says how to take back what is about to be done. */
export type Undoable = (takeBack: () => Promise<unknown>) => void;

/**
 * Does a work of several steps wholly, or not at all: where it fails, what its steps said is taken back, the last first.
 *
 * @throws what the work throws
 */
export async function whollyOrNot<Result>(work: (undoable: Undoable) => Promise<Result>): Promise<Result> {
  const steps: (() => Promise<unknown>)[] = [];
  try {
    return await work((takeBack) => steps.push(takeBack));
  } catch (error) {
    for (const takeBack of steps.reverse()) await takeBack();
    throw error;
  }
}
