import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { type TrainingArguments, trainingArguments } from '@attune/train';
import { checkRunDirectory, type FitResult } from '@attune/train/node';
import type { CommandInput, TypedOptions } from '../command';
import type { TrainFlags, trainOptions } from '../commands/train';
import { trainingOptions } from '../commands/training-options';
import type { Io } from '../io';
import { downloadListener, terminalListener } from '../terminal/listener';
import { printLine, printNote } from '../terminal/print';
import { resultLines } from '../terminal/results';
import { writeText } from '../terminal/write-text';
import { trainAndReport } from '../train-and-report';
import { UsageError } from '../usage-error';
import { readParts } from './data-parts';
import { readNewConfig } from './new-config';
import { type PartsPlan, planParts } from './plan-parts';
import { reportTo } from './report-to';

/** What `attune train` does: check the flags, read the data, train, print the results. */
export async function runTrain({ flags, typed, io }: CommandInput<typeof trainOptions>): Promise<void> {
  const args = trainingArguments(argumentsIn(flags));
  const plan = planParts(flags);
  if (flags.modelConfig !== undefined && flags.model !== 'new')
    throw new UsageError(
      `--model-config: expected --model new beside it, got --model ${flags.model}; an existing model has its own`,
    );
  await checkRunDirectory(flags.out, flags);
  const newConfig = flags.modelConfig === undefined ? undefined : await readNewConfig(flags.modelConfig);
  const onNote = (note: string) => printNote(io.stderr, note);
  const callbacks = reportTo(flags.reportTo ?? [], { out: flags.out, arguments: args, onWarning: onNote });
  const data = await readParts({ data: flags.data, columns: flags, plan, seed: args.seed, onNote });
  io.signal?.throwIfAborted();

  const engine = await openEngine({ name: flags.engine });
  try {
    const result = await trainAndReport({
      data,
      model: flags.model,
      revision: flags.revision,
      newConfig,
      arguments: args,
      engine,
      out: flags.out,
      overwrite: flags.overwrite,
      resume: flags.resume,
      provenance: { ...provenanceOf(flags, plan), options: withoutPlace(typed) },
      onEvent: terminalListener(io.stderr),
      callbacks,
      onDownload: downloadListener(io.stderr),
      onNote,
      signal: io.signal,
    });
    await printResult(result, { flags, io });
  } catch (error) {
    if (io.signal?.aborted && existsSync(join(flags.out, 'checkpoints')))
      onNote(`saved; to go on: attune train --resume --out ${flags.out}`);
    throw error;
  } finally {
    await engine.close();
  }
}

function argumentsIn(flags: TrainFlags): Partial<TrainingArguments> {
  const names = Object.keys(trainingOptions) as (keyof TrainingArguments)[];
  return Object.fromEntries(names.map((name) => [name, flags[name]]));
}

/** What is typed again when a run goes on. */
function withoutPlace({ out: _, overwrite: __, resume: ___, json: ____, ...options }: TypedOptions): TypedOptions {
  return options;
}

/** Where the data came from, for the run's config.json. */
function provenanceOf({ data, text, label, groupBy }: TrainFlags, plan: PartsPlan): Record<string, unknown> {
  const parts = plan.kind === 'split' ? { split: plan.percents, groupBy } : { evalData: plan.evalData };
  return { data, text, label, ...parts, testData: plan.testData };
}

async function printResult({ summary }: FitResult, { flags, io }: { flags: TrainFlags; io: Io }): Promise<void> {
  const results = resultLines(summary);
  if (flags.json) {
    printLine(io.stderr, results);
    await writeText(io.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  } else await writeText(io.stdout, `${results}\n`);
  printLine(
    io.stderr,
    `${flags.out}: report in ${join(flags.out, 'report.html')}, model in ${join(flags.out, 'model')}`,
  );
}
