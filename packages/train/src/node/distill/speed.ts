/** Inputs per call, one or two batches of prediction. */
const chunk = 64;

/** Seconds of the slowest model after which the measurement ends. */
const enough = 2;

/** Most passes over the inputs. */
const mostPasses = 50;

/**
 * Inputs per second of each model, including encoding. The models take the same inputs in turns, after one call
 * to warm up, until the slowest has run for two seconds, so that other work of the machine slows all equally.
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
