import { type CommandInput, defineCommand } from '../command';
import { choiceFlag, numberFlag, switchFlag, textFlag } from '../flags';

const what = 'Search:';
const run = 'Run:';

export const searchOptions = {
  config: {
    schema: textFlag(),
    value: 'file',
    help: 'the options of attune train that all trials share, as train --config takes them',
    group: what,
  },
  space: {
    schema: textFlag(),
    value: 'file',
    help: 'what to try: a JSON or YAML file, or JSON itself, such as {"learningRate": {"min": 1e-5, "max": 1e-3, "scale": "log"}, "batchSize": [16, 32], "epochs": {"min": 2, "max": 6, "integer": true}}',
    group: what,
  },
  trials: { schema: numberFlag().default(12), value: 'n', help: 'how many parameters to try; default 12', group: what },
  strategy: {
    schema: choiceFlag(['random', 'halving']).default('random'),
    value: 'name',
    help: 'random (default): each trial in full; halving: all for a short training, the best --eta-th of them for a longer one',
    group: what,
  },
  eta: {
    schema: numberFlag().default(3),
    value: 'n',
    help: 'of halving: one in so many trials goes on, to a training so many times longer; default 3',
    group: what,
  },
  metricForBestModel: {
    schema: textFlag().optional(),
    value: 'metric',
    alias: 'metric',
    help: "which validation metric to improve: macroF1, accuracy, loss, …; default: the config's, or loss",
    group: what,
  },
  seed: {
    schema: numberFlag().default(1),
    value: 'n',
    help: "of the parameters that are tried; default 1. Each training has the config's own",
    group: what,
  },
  out: { schema: textFlag(), value: 'directory', help: 'the directory to write', group: run },
  overwrite: { schema: switchFlag(), help: 'replace the search that is there', group: run },
  resume: {
    schema: switchFlag(),
    help: "go on with the search in --out, with that search's own options; no trial that has ended runs again",
    group: run,
  },
  json: { schema: switchFlag(), help: 'print the trials as JSON', group: run },
} as const;

/** `attune search`. */
export const searchCommand = defineCommand({
  name: 'search',
  summary: 'Search for the training options that do best on the validation part',
  details:
    'Trains with options drawn from a space and prints the trials, best first. It chooses by the validation part alone: the test part is split off as attune train does it, and no trial sees it. Writes search.json, best.json (for attune train --config) and a directory a trial, without models. Interrupted (Ctrl-C), it goes on with --resume.',
  options: searchOptions,
  async complete(typed) {
    if (!typed.resume) return typed;
    const { resumedSearch } = await import('../search/resumed-search');
    return resumedSearch(typed);
  },
  examples: [
    'attune search --config attune.config.yaml --space space.json --trials 12 --metric macroF1 --out runs/search',
    'attune search --resume --out runs/search',
    'attune train --config runs/search/best.json --out runs/best',
  ],
  async run(input) {
    const { runSearch } = await import('../search/run');
    return runSearch(input);
  },
});

export type SearchInput = CommandInput<typeof searchOptions>;
