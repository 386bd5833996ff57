/**
 * Asks workers for one step after the other, each for a step before any for the next, and closes them.
 *
 * @param workers by name
 * @param takes whether a worker with these answers so far takes another step; all do unless given
 * @returns the answers by name
 */
export async function stepsInTurns(workers, steps, takes = () => true) {
  const answers = Object.fromEntries(Object.keys(workers).map((name) => [name, []]));
  for (let step = 0; step < steps; step++)
    for (const [name, worker] of Object.entries(workers))
      if (takes(answers[name])) answers[name].push(await worker.ask({ step }));
  for (const worker of Object.values(workers)) await worker.close();
  return answers;
}
