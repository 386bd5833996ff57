import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { type TrainingArguments, trainingArguments } from '@attune/train';
import { checkRunDirectory } from '@attune/train/node';
import type { CommandInput, TypedOptions } from '../command';
import type { TrainFlags, trainOptions } from '../commands/train';
import { trainingOptions } from '../commands/training-options';
import { checkFolds } from '../folds/check-folds';
import { runFolds } from '../folds/run-folds';
import type { Io } from '../io';
import { downloadListener, terminalListener } from '../terminal/listener';
import { printLine, printNote } from '../terminal/print';
import { writeText } from '../terminal/write-text';
import { trainedIn } from '../trained-in';
import { UsageError } from '../usage-error';
import { adapterOptions } from './lora-options';
import { readNewConfig } from './new-config';
import { type PartsPlan, planParts } from './plan-parts';
import { reportTo } from './report-to';
import { sequenceFlags } from './sequence';
import type { Trained } from './task';
import { taskOf } from './tasks';

interface TrainSettings {
  /** For a search, which must not see the test part. */
  readonly withoutTest?: boolean;
}

/** What `attune train` does: train as the flags say, print the results. */
export async function runTrain(input: CommandInput<typeof trainOptions>, settings: TrainSettings = {}): Promise<void> {
  const trained = await trainWithFlags(input, settings);
  if (trained) await printResult(trained, input);
}

/**
 * Checks the flags, reads the data and trains.
 *
 * @returns what the run came to; nothing with `--folds`, which prints its own results
 */
export async function trainWithFlags(
  { flags, typed, io }: Pick<CommandInput<typeof trainOptions>, 'flags' | 'typed' | 'io'>,
  { withoutTest = false }: TrainSettings = {},
): Promise<Trained | undefined> {
  const given = argumentsIn(flags);
  const args = trainingArguments(given);
  const task = taskOf(flags);
  const adapters = adapterOptions(flags);
  if (flags.folds !== undefined) checkFolds(flags, flags.folds);
  const plan = planParts(flags, task.split);
  if (flags.modelConfig !== undefined && flags.model !== 'new')
    throw new UsageError(
      `--model-config: expected --model new beside it, got --model ${flags.model}; an existing model has its own`,
    );
  await checkRunDirectory(flags.out, flags);
  const newConfig = flags.modelConfig === undefined ? undefined : await readNewConfig(flags.modelConfig);
  const onNote = (note: string) => printNote(io.stderr, note);
  const callbacks = reportTo(flags.reportTo ?? [], { out: flags.out, arguments: args, onWarning: onNote });
  const readData = () => task.read({ flags, plan, seed: args.seed, onNote, io, withoutTest });
  const ready = flags.folds === undefined ? await readData() : undefined;
  io.signal?.throwIfAborted();

  const engine = await openEngine({ name: flags.engine });
  try {
    const settings = {
      model: flags.model,
      revision: flags.revision,
      newConfig,
      arguments: given,
      ...adapters,
      engine,
      out: flags.out,
      overwrite: flags.overwrite,
      resume: flags.resume,
      provenance: { ...provenanceOf(flags, plan), options: withoutPlace(typed) },
      onEvent: terminalListener(io.stderr),
      onDownload: downloadListener(io.stderr),
      onNote,
      signal: io.signal,
    };
    if (ready) return await ready.train({ ...settings, callbacks });
    await runFolds({ flags: sequenceFlags(flags), args, settings: { ...settings, arguments: args }, io });
    return undefined;
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
function provenanceOf(
  { data, text, label, labelNames, groupBy, format }: TrainFlags,
  plan: PartsPlan,
): Record<string, unknown> {
  const parts = plan.kind === 'split' ? { split: plan.percents, groupBy } : { evalData: plan.evalData };
  return { data, format, text, label, labelNames, ...parts, testData: plan.testData };
}

async function printResult(
  { summary, lines }: Trained,
  { flags, io }: { readonly flags: TrainFlags; readonly io: Io },
): Promise<void> {
  if (flags.json) {
    printLine(io.stderr, lines);
    await writeText(io.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  } else await writeText(io.stdout, `${lines}\n`);
  const place = trainedIn(flags.out);
  printLine(io.stderr, `${flags.out}: report in ${join(flags.out, 'report.html')}, ${basename(place)} in ${place}`);
}
