import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openEngine } from '@attune/engine/node';
import { inShell, typedCommand } from '@attune/internal';
import { trainingArguments } from '@attune/train';
import { checkRunDirectory, finishedRun, type RecordedRun, recordedRun, withDirectoryLock } from '@attune/train/node';
import { type PartsPlan, planParts } from '../../data/parts';
import { inputsIn } from '../../options/inputs';
import { type TrainFlags, trainOptions } from '../../options/train';
import { asFlagNote, type CommandInput, type TypedOptions } from '../../program/command';
import { UsageError } from '../../program/failure';
import { downloadListener, terminalListener } from '../../program/listener';
import { printNote } from '../../program/terminal';
import { taskOf } from '../../tasks';
import { sequenceFlags } from '../../tasks/sequence';
import { printPlaces, printSummary, sayEnded } from './ended';
import { checkFolds, runFolds } from './folds';
import { adapterOptions, argumentsIn, readNewConfig, reportTo } from './settings';

type TrainInput = Pick<CommandInput<typeof trainOptions>, 'flags' | 'typed' | 'io'>;

interface TrainSettings {
  /** Whether the test part is not used, as in a search. */
  readonly withoutTest?: boolean;
}

/** Runs `attune train`: checks the flags, reads the data, trains, and prints the results. */
export async function runTrain(input: TrainInput, settings: TrainSettings = {}): Promise<void> {
  const checked = checkFlags(input.flags, await recordedIn(input.flags));
  await withDirectoryLock(input.flags.out, () => trainLocked(input, { ...settings, ...checked }));
}

/** The recorded settings of a run that is resumed. The record of folds has no adapters, so those come from the first fold. */
async function recordedIn({ resume, out, folds, loraR }: TrainFlags): Promise<RecordedRun> {
  if (!resume) return { arguments: {} };
  const recorded = await recordedRun(out);
  if (folds === undefined || loraR === undefined) return recorded;
  return { ...recorded, lora: (await recordedRun(join(out, 'fold-1'))).lora };
}

/** Checks the flags, each and together, and returns what they say. */
function checkFlags(flags: TrainFlags, recorded: RecordedRun) {
  const typedArguments = argumentsIn(flags);
  const args = trainingArguments({ ...recorded.arguments, ...defined(typedArguments) });
  const task = taskOf(flags);
  const adapters = adapterOptions(flags, recorded.lora);
  if (flags.folds !== undefined) checkFolds(flags, flags.folds);
  const plan = planParts(flags, task.split);
  if (flags.modelConfig !== undefined && flags.model !== 'new')
    throw new UsageError(
      `--model-config: requires --model new, got --model ${flags.model}, which has its own config.json; remove one`,
    );
  return { typedArguments, args, task, adapters, plan };
}

const defined = <T extends object>(options: T): T =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;

async function trainLocked(
  { flags, typed, io }: TrainInput,
  { withoutTest = false, typedArguments, args, task, adapters, plan }: TrainSettings & ReturnType<typeof checkFlags>,
): Promise<void> {
  const { overwrite, resume, folds, keepCheckpoints } = flags;
  const inputs = inputsIn(flags, trainOptions);
  await checkRunDirectory(flags.out, { overwrite, resume, inputs, replaces: folds === undefined ? 'run' : 'folds' });
  const ended = resume && folds === undefined ? await finishedRun(flags.out) : undefined;
  if (ended) {
    await sayEnded(ended, { flags, io });
    return;
  }
  if (args.bf16) await checkBfloat16(flags);
  const newConfig = flags.modelConfig === undefined ? undefined : await readNewConfig(flags.modelConfig, flags.task);
  const onNote = (note: string) => printNote(io.stderr, asFlagNote(note, trainOptions));
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
      keepCheckpoints,
      inputs,
      provenance: { ...provenanceOf(flags, plan), options: withoutPlace(typed) },
      onEvent: terminalListener(io.stderr),
      onDownload: downloadListener(io.stderr),
      onNote,
      hints: !withoutTest, // hints about single trials of a search do not help
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
      onNote(`saved; to continue: ${typedCommand(`train --resume --out ${inShell(flags.out)}`)}`);
    throw error;
  } finally {
    await engine.close();
  }
}

/** Refuses bf16 on an engine without it, before anything is read. */
async function checkBfloat16({ engine: name, resume }: TrainFlags): Promise<void> {
  const engine = name === 'auto' ? await engineOfMachine() : name;
  if (engine.startsWith('tfjs-node')) return;
  throw new UsageError(
    resume
      ? `--engine: the run computes in bf16, which the engine ${engine} does not support; use --engine tfjs-node`
      : `--bf16: not supported by the engine ${engine}; remove it, or use --engine tfjs-node`,
  );
}

/** The name of the engine that `auto` opens. */
async function engineOfMachine(): Promise<string> {
  const engine = await openEngine();
  await engine.close();
  return engine.name;
}

/** Typed options without those that are set again when a run is resumed. */
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
