import { join } from 'node:path';
import { writeFileAtomically } from '@attune/models/node';
import { objectiveOf, type SearchResult, search, type TrialEvent, type TrialParameters } from '@attune/train/node';
import type { TypedOptions } from '../command';
import type { SearchInput } from '../commands/search';
import type { Io } from '../io';
import { printLine, printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { readSpace } from './read-space';
import { parameterLine, searchTable, valueText } from './results';
import { decidingOptions } from './resumed-search';
import { runTrial } from './run-trial';
import { readShared } from './shared-options';
import { trialIo } from './trial-io';
import { checkTrials, trialOptions, withBudget } from './trial-options';

/** What `attune search` does: check config and space, train the trials, print them, write the best one's config. */
export async function runSearch({ flags, typed, io }: SearchInput): Promise<void> {
  const { out, trials, strategy, eta, seed, resume, overwrite } = flags;
  const shared = await readShared(flags);
  const objective = objectiveOf(`${shared.metricForBestModel}`);
  const space = await readSpace(flags.space);
  const longest = checkTrials(shared, space, { trials, seed });
  const inTrial = trialIo(io);
  const train = async (parameters: TrialParameters, budget: number, directory: string) => {
    const full = trialOptions(shared, parameters, directory).arguments;
    const options = trialOptions(shared, withBudget(parameters, budget, full), directory);
    return { value: await runTrial(options, objective.metric, inTrial) };
  };
  try {
    const result = await search({
      space: space.space,
      trials,
      strategy,
      objective,
      seed,
      eta,
      leastBudget: 1 / longest,
      runTrial: train,
      out,
      resume,
      overwrite,
      config: { searchOptions: decidingOptions(typed), trainOptions: shared },
      onTrial: (event) => printTrial(event, objective.metric, io),
      signal: io.signal,
    });
    await writeBest(out, shared, result);
    await printSearch(result, { flags, io, metric: objective.metric });
  } catch (error) {
    if (io.signal?.aborted) printNote(io.stderr, `saved; to go on: attune search --resume --out ${out}`);
    throw error;
  }
}

/** A line for each training that has ended. */
function printTrial({ trial, rung, rungs, done, total, result }: TrialEvent, metric: string, io: Io): void {
  if (!result) return;
  const share = result.budget === 1 ? '' : `, 1/${Math.round(1 / result.budget)} of the training`;
  const round = rungs.length > 1 ? `rung ${rung} of ${rungs.length}${share}  ` : '';
  const value = result.value === null ? 'diverged' : `${metric} ${valueText(result.value)}`;
  printLine(io.stderr, `${done}/${total}  ${round}trial ${trial.trial}: ${value}  ${parameterLine(trial.parameters)}`);
}

/** `best.json`: what `attune train --config` takes to train as the best trial did, with the test part this time. */
function writeBest(out: string, shared: TypedOptions, { best }: SearchResult): Promise<void> {
  const options = { ...shared, ...best.parameters };
  return writeFileAtomically(join(out, 'best.json'), (file) => file.writeFile(`${JSON.stringify(options, null, 2)}\n`));
}

interface Printing {
  readonly flags: SearchInput['flags'];
  readonly io: Io;
  readonly metric: string;
}

async function printSearch(result: SearchResult, { flags: { out, json }, io, metric }: Printing): Promise<void> {
  const results = searchTable(result, metric);
  if (json) {
    printLine(io.stderr, results);
    await writeText(io.stdout, `${JSON.stringify(result, null, 2)}\n`);
  } else await writeText(io.stdout, `${results}\n`);
  printLine(
    io.stderr,
    `best: trial ${result.best.trial}, by the validation part; to train with it and see the test part:`,
  );
  printLine(io.stderr, `attune train --config ${join(out, 'best.json')} --out ${join(out, 'best')}`);
}
