/** Inputs per call, as prediction has them in a batch or two. */
const chunk = 64;

/** Seconds of the slowest model after which no further inputs are taken. */
const enough = 2;

/** Passes over few inputs. */
const mostPasses = 50;

/**
 * Inputs that models predict per second, encoding included, on one machine side by side: each in turn the same inputs, after one call
 * that warms up, until the slowest has had two seconds. Whatever else the machine does meanwhile slows all alike.
 *
 * @param now seconds; default the process's clock
 * @returns a rate for each model; undefined for no inputs
 */
export async function measuredRates<Input>(
  inputs: readonly Input[],
  models: readonly ((inputs: readonly Input[]) => Promise<unknown>)[],
  now: () => number = () => performance.now() / 1000,
): Promise<readonly (number | undefined)[]> {
  if (inputs.length === 0) return models.map(() => undefined);
  for (const predict of models) await predict(inputs.slice(0, chunk));
  const seconds = models.map(() => 0);
  let [at, count] = [0, 0];
  while (Math.max(...seconds) < enough && count < inputs.length * mostPasses) {
    const own = inputs.slice(at, at + chunk);
    for (const [i, predict] of models.entries()) {
      const start = now();
      await predict(own);
      seconds[i] += now() - start;
    }
    count += own.length;
    at = at + chunk < inputs.length ? at + chunk : 0;
  }
  return seconds.map((own) => count / own);
}
