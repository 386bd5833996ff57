/** Inputs per call, as prediction has them in a batch or two. */
const chunk = 64;

/** Seconds after which no further inputs are taken. */
const enough = 2;

/**
 * Inputs that a model predicts per second, encoding included: of the first ones, as many as take two seconds, after one call that
 * warms up. Undefined for no inputs.
 *
 * @param now seconds; default the process's clock
 */
export async function measuredRate<Input>(
  inputs: readonly Input[],
  predict: (inputs: readonly Input[]) => Promise<unknown>,
  now: () => number = () => performance.now() / 1000,
): Promise<number | undefined> {
  if (inputs.length === 0) return undefined;
  await predict(inputs.slice(0, chunk));
  const start = now();
  let count = 0;
  let seconds = 0;
  for (let at = 0; seconds < enough && at < inputs.length * mostTimes; at += chunk) {
    const from = at % inputs.length;
    const own = inputs.slice(from, from + chunk);
    await predict(own);
    count += own.length;
    seconds = now() - start;
  }
  return count / seconds;
}

/** Passes over few inputs. */
const mostTimes = 50;
