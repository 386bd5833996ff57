import { join } from 'node:path';
import { inShell, typedCommand } from '@attune/internal';
import type { SearchResult, Trial, TrialEvent, TrialParameters } from '@attune/train/node';
import {
  type CommandInput,
  choiceFlag,
  defineCommand,
  numberFlag,
  switchFlag,
  type TypedOptions,
  textFlag,
} from '../../program/command';
import type { Io } from '../../program/process';
import { printLine, printNote, table, writeText } from '../../program/terminal';

const searching = 'Search:';
const running = 'Run:';

const options = {
  config: {
    schema: textFlag(),
    value: 'file',
    help: 'config file of attune train with the options that all trials share',
    group: searching,
  },
  space: {
    schema: textFlag(),
    value: 'file',
    help: 'search space: a JSON or YAML file, or inline JSON such as {"learningRate": {"min": 1e-5, "max": 1e-3, "scale": "log"}, "batchSize": [16, 32], "epochs": {"min": 2, "max": 6, "integer": true}}',
    group: searching,
  },
  trials: { schema: numberFlag().default(12), value: 'n', help: 'number of trials; default 12', group: searching },
  strategy: {
    schema: choiceFlag(['random', 'halving']).default('random'),
    value: 'name',
    help: 'search strategy: random (default) trains each trial in full; halving trains all trials briefly, then one in --eta for longer',
    group: searching,
  },
  eta: {
    schema: numberFlag().default(3),
    value: 'n',
    help: 'halving keeps one trial in n, the best, and trains it n times longer; default 3',
    group: searching,
  },
  metricForBestModel: {
    schema: textFlag().optional(),
    value: 'metric',
    alias: 'metric',
    help: "validation metric to optimize, such as macroF1, accuracy or loss; default: the config's, or loss",
    group: searching,
  },
  seed: {
    schema: numberFlag().default(1),
    value: 'n',
    help: 'random seed for drawing the parameters; default 1 (training uses the seed of the config)',
    group: searching,
  },
  out: { schema: textFlag(), value: 'directory', help: 'directory to write', group: running },
  overwrite: { schema: switchFlag(), help: 'replace an existing search', group: running },
  resume: {
    schema: switchFlag(),
    help: 'continue the search in --out with its own options; completed trials do not run again',
    group: running,
  },
  json: { schema: switchFlag(), help: 'print the trials as JSON', group: running },
} as const;

/** `attune search`. */
export const searchCommand = defineCommand({
  details:
    'Trains with options drawn from a space and prints the trials, best first. Trials are compared on the validation part: the test part is split off as in attune train, and no trial uses it. Writes search.json, best.json (for attune train --config) and a directory per trial, without models. After an interruption (Ctrl-C), --resume continues the search.',
  options,
  async complete(typed) {
    if (!typed.resume) return typed;
    const { resumedSearch } = await import('../../config/stored-options');
    return resumedSearch(typed);
  },
  examples: [
    'attune search --config attune.config.yaml --space space.json --trials 12 --metric macroF1 --out runs/search',
    'attune search --resume --out runs/search',
    'attune train --config runs/search/best.json --out runs/best',
  ],
  async run({ flags, typed, io }) {
    const { withDirectoryLock } = await import('@attune/train/node');
    await withDirectoryLock(flags.out, () => searchLocked({ flags, typed, io }));
  },
});

async function searchLocked({
  flags,
  typed,
  io,
}: Pick<CommandInput<typeof options>, 'flags' | 'typed' | 'io'>): Promise<void> {
  const { out, trials, strategy, eta, seed, resume, overwrite } = flags;
  const { objectiveOf, resumedSource, search } = await import('@attune/train/node');
  const { inputsIn } = await import('../../options/inputs');
  const { trainOptions } = await import('../../options/train');
  const { decidingOptions } = await import('../../config/stored-options');
  const { readSpace } = await import('./space');
  const { checkTrials, readShared, runTrial, sharedAsBegun, trialIo, trialOptions, withBudget } = await import(
    './trials'
  );
  const shared = await readShared(flags);
  const objective = objectiveOf(`${shared.metricForBestModel}`);
  const space = await readSpace(flags.space);
  const longest = checkTrials(shared, space, { trials, seed });
  const inTrial = trialIo(io);
  // A trial that has not started has no record of where the model was.
  const model = resume ? await resumedSource(join(out, 'trial-1', 'rung-1'), `${shared.model}`) : shared.model;
  const begun = resume ? await sharedAsBegun(shared, out) : shared;
  const inTrials = { ...begun, model };
  const shown = { metric: objective.metric, keyOf: space.keyOf };
  const train = async (parameters: TrialParameters, budget: number, directory: string) => {
    const full = trialOptions(inTrials, parameters, directory).arguments;
    const trial = trialOptions(inTrials, withBudget(parameters, budget, full), directory);
    return { value: await runTrial(trial, objective.metric, inTrial) };
  };
  try {
    const result = await search({
      ...{ space: space.space, trials, strategy, objective, seed, eta, leastBudget: 1 / longest },
      ...{ out, resume, overwrite },
      inputs: [...inputsIn(flags, options), ...inputsIn(shared, trainOptions)],
      config: { searchOptions: decidingOptions(typed), trainOptions: shared },
      runTrial: train,
      onTrial: (event) => printTrial(event, shown, io),
      signal: io.signal,
    });
    await writeBest(out, begun, result);
    await printSearch(result, { flags, io, shown });
  } catch (error) {
    if (io.signal?.aborted)
      printNote(io.stderr, `saved; to continue: ${typedCommand(`search --resume --out ${inShell(out)}`)}`);
    throw error;
  }
}

/** Names in the output. */
interface Shown {
  readonly metric: string;
  /** The key of a parameter in the space. */
  readonly keyOf: (parameter: string) => string;
}

/** Prints a line per completed training. */
function printTrial({ trial, rung, rungs, done, total, result }: TrialEvent, shown: Shown, io: Io): void {
  if (!result) return;
  const share = result.budget === 1 ? '' : `, 1/${Math.round(1 / result.budget)} of the training`;
  const round = rungs.length > 1 ? `rung ${rung} of ${rungs.length}${share}  ` : '';
  const value = result.value === null ? 'diverged' : `${shown.metric} ${valueText(result.value)}`;
  printLine(
    io.stderr,
    `${done}/${total}  ${round}trial ${trial.trial}: ${value}  ${parameterLine(trial.parameters, shown)}`,
  );
}

/** Writes `best.json`, a config with which `attune train` repeats the best trial with the test part. */
async function writeBest(out: string, shared: TypedOptions, { best }: SearchResult): Promise<void> {
  const { writeFileAtomically } = await import('@attune/models/node');
  const options = { ...shared, ...best.parameters };
  await writeFileAtomically(join(out, 'best.json'), (file) => file.writeFile(`${JSON.stringify(options, null, 2)}\n`));
}

interface Printing {
  readonly flags: { readonly out: string; readonly json: boolean };
  readonly io: Io;
  readonly shown: Shown;
}

async function printSearch(result: SearchResult, { flags: { out, json }, io, shown }: Printing): Promise<void> {
  const results = searchTable(result, shown);
  if (json) {
    printLine(io.stderr, results);
    await writeText(io.stdout, `${JSON.stringify(result, null, 2)}\n`);
  } else await writeText(io.stdout, `${results}\n`);
  printLine(
    io.stderr,
    `best: trial ${result.best.trial}, on the validation part; to train with its options and evaluate on the test part:`,
  );
  printLine(
    io.stderr,
    typedCommand(`train --config ${inShell(join(out, 'best.json'))} --out ${inShell(join(out, 'best'))}`),
  );
}

const shownValue = (value: unknown) =>
  typeof value === 'number' && !Number.isInteger(value) ? `${Number(value.toPrecision(3))}` : `${value}`;

/** `learningRate 0.000213, batchSize 16`. */
function parameterLine(parameters: TrialParameters, { keyOf }: Shown): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${keyOf(name)} ${shownValue(value)}`)
    .join(', ');
}

/** The value of a trial, or `diverged`. */
const valueText = (value: number | null | undefined) => (typeof value === 'number' ? value.toFixed(4) : 'diverged');

/** The trials as a table, best first, each with the result of its last training. */
function searchTable({ trials }: SearchResult, { metric, keyOf }: Shown): string {
  const names = Object.keys(trials[0].parameters);
  const rungs = Math.max(...trials.map(({ results }) => results.length));
  const row = ({ trial, results, parameters }: Trial) => [
    `${trial}`,
    valueText(results.at(-1)?.value),
    ...(rungs > 1 ? [`${results.length} of ${rungs}`] : []),
    ...names.map((name) => shownValue(parameters[name])),
  ];
  return table([['trial', metric, ...(rungs > 1 ? ['rung'] : []), ...names.map(keyOf)], ...trials.map(row)]);
}
