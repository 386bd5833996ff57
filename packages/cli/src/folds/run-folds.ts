import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataParts, TrainingArguments } from '@attune/train';
import { type CrossValidateOptions, crossValidate } from '@attune/train/node';
import type { Io } from '../io';
import { printLine, printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { reportTo } from '../train/report-to';
import type { SequenceFlags } from '../train/sequence';
import { trainAndReport } from '../train-and-report';
import { readFoldParts } from './fold-parts';
import { foldLine, foldsTable } from './results';

/** What `attune train` gives a run, its data and its callbacks aside. */
export type FoldSettings = Omit<CrossValidateOptions<DataParts>, 'folds' | 'fit' | 'onFold' | 'callbacks'>;

export interface RunFoldsOptions {
  readonly flags: SequenceFlags;
  readonly args: TrainingArguments;
  readonly settings: FoldSettings;
  readonly io: Io;
}

/** What `attune train --folds` does: trains once a fold, each a run with its own report, and prints mean and deviation. */
export async function runFolds({ flags, args, settings, io }: RunFoldsOptions): Promise<void> {
  const { data, testData, out, reportTo: names = [], groupBy, folds = 0, baseline, mixBaseline } = flags;
  const onNote = (note: string) => printNote(io.stderr, note);
  const parts = await readFoldParts({ data, testData, columns: flags, folds, seed: args.seed, onNote });
  const callbacksIn = (run: string) => reportTo(names, { out: run, arguments: args, onWarning: onNote });
  try {
    const result = await crossValidate<DataParts>({
      ...settings,
      provenance: { ...settings.provenance, split: undefined, groupBy, folds },
      folds: parts,
      fit: (options) => trainAndReport({ ...options, baseline, mixBaseline, callbacks: callbacksIn(options.out) }),
      onFold: (event) => event.summary && printLine(io.stderr, foldLine(event)),
    });
    const results = foldsTable(result);
    if (flags.json) printLine(io.stderr, results);
    await writeText(io.stdout, flags.json ? `${JSON.stringify(result, null, 2)}\n` : `${results}\n`);
    printLine(io.stderr, `${out}: a run with its report and model in each of fold-1 … fold-${folds}`);
  } catch (error) {
    if (io.signal?.aborted && existsSync(join(out, 'config.json')))
      onNote(`saved; to go on: attune train --resume --out ${out}`);
    throw error;
  }
}
