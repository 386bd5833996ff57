import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inShell, typedCommand } from '@attune/internal';
import type { DataParts, TrainingArguments } from '@attune/train';
import {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type FoldEvent,
  type TrainingFacts,
} from '@attune/train/node';
import { readFoldParts } from '../../data/labeled-parts';
import { type TrainFlags, trainOptions } from '../../options/train';
import { asFlagNote } from '../../program/command';
import { UsageError } from '../../program/failure';
import type { Io } from '../../program/process';
import { trainAndReport } from '../../program/reports';
import { printLine, printNote, table, writeText } from '../../program/terminal';
import type { SequenceFlags } from '../../tasks/sequence';
import { reportTo } from './settings';

/** Settings of a run, without its data and callbacks. */
type FoldSettings = Omit<CrossValidateOptions<DataParts>, 'folds' | 'fit' | 'onFold' | 'callbacks'>;

interface RunFoldsOptions {
  readonly flags: SequenceFlags;
  readonly args: TrainingArguments;
  readonly settings: FoldSettings;
  readonly io: Io;
}

/** Runs `attune train --folds`: trains once per fold, each a run with its own report, and prints mean and standard deviation. */
export async function runFolds({ flags, args, settings, io }: RunFoldsOptions): Promise<void> {
  const { data, testData, out, reportTo: names = [], groupBy, folds = 0, baseline, mixBaseline } = flags;
  const onNote = (note: string) => printNote(io.stderr, asFlagNote(note, trainOptions));
  const parts = await readFoldParts({ data, testData, columns: flags, folds, seed: args.seed, onNote });
  const callbacksIn = (run: string) => reportTo(names, { out: run, arguments: args, onWarning: onNote });
  try {
    const result = await crossValidate<DataParts>({
      ...settings,
      provenance: { ...settings.provenance, split: undefined, groupBy, folds },
      folds: parts,
      fit({ provenance, ...options }) {
        const own = { provenance: { ...provenance, clean: flags.clean }, callbacks: callbacksIn(options.out) };
        return trainAndReport({ ...options, ...own, baseline, mixBaseline });
      },
      onFold: (event) => event.summary && printLine(io.stderr, foldLine(event)),
    });
    const results = foldsTable(result);
    if (flags.json) printLine(io.stderr, results);
    await writeText(io.stdout, flags.json ? `${JSON.stringify(result, null, 2)}\n` : `${results}\n`);
    printLine(io.stderr, `${out}: fold-1 … fold-${folds} each hold a run with its report and model`);
  } catch (error) {
    if (io.signal?.aborted && existsSync(join(out, 'config.json')))
      onNote(`saved; to continue: ${typedCommand(`train --resume --out ${inShell(out)}`)}`);
    throw error;
  }
}

/**
 * Refuses options that do not work with `--folds`.
 *
 * @throws UsageError naming the option
 */
export function checkFolds(flags: TrainFlags, folds: number): void {
  const { split, evalData, testData, earlyStoppingPatience, metricForBestModel } = flags;
  if (!Number.isInteger(folds) || folds < 2) throw new UsageError(`--folds: expected an integer ≥ 2, got ${folds}`);
  const shared = { '--split': split, '--eval-data': evalData };
  for (const [flag, value] of Object.entries(shared))
    if (value !== undefined)
      throw new UsageError(`${flag}: cannot be used with --folds, which splits all of --data; remove one`);
  const choosing = {
    '--early-stopping-patience': earlyStoppingPatience,
    '--metric-for-best-model': metricForBestModel,
  };
  for (const [flag, value] of Object.entries(choosing))
    if (value !== undefined && testData === undefined)
      throw new UsageError(
        `${flag}: requires --test-data with --folds, because results are measured on the held-out part, which must not select the model; remove it, or pass --test-data <file>`,
      );
}

/** Facts of a run that are not metrics of the model. */
const facts: Record<keyof TrainingFacts, true> = {
  epochs: true,
  epochsDone: true,
  bestEpoch: true,
  bestStep: true,
  steps: true,
  seconds: true,
  tokensPerSecond: true,
  engine: true,
  parameters: true,
  trainableParameters: true,
  trainableShare: true,
};

/** Values that belong to the texts of one fold. */
const ofTexts = /Examples$|Texts$|^baselineOptions\.|(^|\.)difference\./;

const isResult = (name: string) => !(name in facts || ofTexts.test(name));

/** `fold 2 of 5  accuracy 0.8120, macroF1 0.7950, loss 0.6112`. */
function foldLine({ fold, folds, summary = {}, kept }: FoldEvent): string {
  const metrics = Object.entries(summary)
    .flatMap(([name, value]) => (typeof value === 'number' && isResult(name) ? [`${name} ${value.toFixed(4)}`] : []))
    .join(', ');
  return `fold ${fold} of ${folds}  ${metrics}${kept ? ' (finished earlier)' : ''}`;
}

/** Mean and standard deviation of each result, and its value in every fold. */
function foldsTable({ mean, standardDeviation, perFold }: CrossValidation): string {
  const names = Object.keys(mean).filter(isResult);
  const row = (name: string) => [mean[name], standardDeviation[name], ...perFold.map((values) => values[name])];
  const head = ['', 'mean', 'deviation', ...perFold.map((_, i) => `fold ${i + 1}`)];
  return table([head, ...names.map((name) => [name, ...row(name).map((value) => value.toFixed(4))])]);
}
