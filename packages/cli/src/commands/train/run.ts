import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { trainingArguments } from '@attune/train';
import { checkRunDirectory, withDirectoryLock } from '@attune/train/node';
import { type PartsPlan, planParts } from '../../data/parts';
import { inputsIn } from '../../options/inputs';
import { type TrainFlags, trainOptions } from '../../options/train';
import type { CommandInput, TypedOptions } from '../../program/command';
import { UsageError } from '../../program/failure';
import { downloadListener, terminalListener } from '../../program/listener';
import type { Io } from '../../program/process';
import { artifactDirectory } from '../../program/reports';
import { printLine, printNote, writeText } from '../../program/terminal';
import { taskOf } from '../../tasks';
import { sequenceFlags } from '../../tasks/sequence';
import { checkFolds, runFolds } from './folds';
import { adapterOptions, argumentsIn, readNewConfig, reportTo } from './settings';

type TrainInput = Pick<CommandInput<typeof trainOptions>, 'flags' | 'typed' | 'io'>;

interface TrainSettings {
  /** Whether the test part stays unseen, as in a search. */
  readonly withoutTest?: boolean;
}

/** Runs `attune train`: checks the flags, reads the data, trains, and prints the results. */
export async function runTrain(input: TrainInput, settings: TrainSettings = {}): Promise<void> {
  const checked = checkFlags(input.flags);
  await withDirectoryLock(input.flags.out, () => trainLocked(input, { ...settings, ...checked }));
}

/** What flags say that are right, each and together. */
function checkFlags(flags: TrainFlags) {
  const typedArguments = argumentsIn(flags);
  const args = trainingArguments(typedArguments);
  const task = taskOf(flags);
  const adapters = adapterOptions(flags);
  if (flags.folds !== undefined) checkFolds(flags, flags.folds);
  const plan = planParts(flags, task.split);
  if (flags.modelConfig !== undefined && flags.model !== 'new')
    throw new UsageError(
      `--model-config: expected --model new beside it, got --model ${flags.model}; an existing model has its own`,
    );
  return { typedArguments, args, task, adapters, plan };
}

async function trainLocked(
  { flags, typed, io }: TrainInput,
  { withoutTest = false, typedArguments, args, task, adapters, plan }: TrainSettings & ReturnType<typeof checkFlags>,
): Promise<void> {
  const { overwrite, resume, folds } = flags;
  const inputs = inputsIn(flags, trainOptions);
  await checkRunDirectory(flags.out, { overwrite, resume, inputs, replaces: folds === undefined ? 'run' : 'folds' });
  const newConfig = flags.modelConfig === undefined ? undefined : await readNewConfig(flags.modelConfig, flags.task);
  const onNote = (note: string) => printNote(io.stderr, note);
  const callbacks = reportTo(flags.reportTo ?? [], { out: flags.out, arguments: args, onWarning: onNote });
  const data =
    flags.folds === undefined ? await task.read({ flags, plan, seed: args.seed, onNote, io, withoutTest }) : undefined;
  io.signal?.throwIfAborted();

  const engine = await openEngine({ name: flags.engine });
  try {
    const settings = {
      model: flags.model,
      revision: flags.revision,
      newConfig,
      arguments: typedArguments,
      ...adapters,
      engine,
      out: flags.out,
      overwrite,
      resume,
      inputs,
      provenance: { ...provenanceOf(flags, plan), options: withoutPlace(typed) },
      onEvent: terminalListener(io.stderr),
      onDownload: downloadListener(io.stderr),
      onNote,
      signal: io.signal,
    };
    if (flags.folds !== undefined) {
      await runFolds({ flags: sequenceFlags(flags), args, settings: { ...settings, arguments: args }, io });
      return;
    }
    const onSummary = (summary: object) => printSummary({ summary, lines: task.print(summary, flags) }, { flags, io });
    await task.train(data, { flags, settings: { ...settings, callbacks }, onSummary });
    printPlaces(flags.out, io);
  } catch (error) {
    if (io.signal?.aborted && existsSync(join(flags.out, 'checkpoints')))
      onNote(`saved; to go on: attune train --resume --out ${flags.out}`);
    throw error;
  } finally {
    await engine.close();
  }
}

/** Typed options without those that a resumed run sets anew. */
function withoutPlace({ out: _, overwrite: __, resume: ___, json: ____, ...options }: TypedOptions): TypedOptions {
  return options;
}

/** The origin of the data, for the run's config.json. */
function provenanceOf(
  { data, text, label, labelNames, groupBy, format }: TrainFlags,
  plan: PartsPlan,
): Record<string, unknown> {
  const parts = plan.kind === 'split' ? { split: plan.percents, groupBy } : { evalData: plan.evalData };
  return { data, format, text, label, labelNames, ...parts, testData: plan.testData };
}

interface Results {
  /** What `summary.json` holds. */
  readonly summary: object;
  /** The same for people. */
  readonly lines: string;
}

async function printSummary({ summary, lines }: Results, { flags, io }: Omit<TrainInput, 'typed'>): Promise<void> {
  if (flags.json) {
    printLine(io.stderr, lines);
    await writeText(io.stdout, `${JSON.stringify(summary, null, 2)}\n`);
  } else await writeText(io.stdout, `${lines}\n`);
}

function printPlaces(out: string, { stderr }: Pick<Io, 'stderr'>): void {
  const [page, directory] = [join(out, 'report.html'), artifactDirectory(out)];
  const report = existsSync(page) ? `report in ${page}, ` : '';
  printLine(stderr, `${out}: ${report}${basename(directory)} in ${directory}`);
}
