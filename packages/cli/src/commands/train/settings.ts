// Settings of a run that need more than one flag: adapters, the config of a new model, and callbacks that log.

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AttuneError, parseJson, reasonOf } from '@attune/internal';
import { type LoraOptions, type ModelTask, resolvedLora } from '@attune/models';
import type { Callback, TrainingArguments } from '@attune/train';
import {
  metricNamed,
  metricNames,
  newModelConfig,
  type RunOptions,
  tensorBoard,
  wandbLive,
  wandbOffline,
} from '@attune/train/node';
import { problemTypes } from '../../options/choices';
import type { TrainFlags } from '../../options/train';
import { loraOptions, trainingOptions } from '../../options/training';
import { dashed } from '../../program/command';
import { UsageError } from '../../program/failure';
import { adapterRate } from '../../program/run-defaults';

/** The training arguments among the flags, with the canonical name of the metric. A resumed run has its own defaults. */
export function argumentsIn(flags: TrainFlags): Partial<TrainingArguments> {
  const names = Object.keys(trainingOptions) as (keyof TrainingArguments)[];
  const typed = Object.fromEntries(names.map((name) => [name, flags[name]]));
  const { learningRate = flags.loraR === undefined || flags.resume ? undefined : adapterRate } = flags;
  return { ...typed, learningRate, metricForBestModel: metricIn(flags) };
}

/**
 * The canonical name of the metric that the flags name.
 *
 * If the problem type is not typed and depends on the labels, a metric of any type is accepted; the run checks it again.
 *
 * @throws AttuneError ARGUMENT_INVALID for a metric that no kind of problem has
 */
function metricIn({ task, problemType, scheme, label, metricForBestModel }: TrainFlags): string | undefined {
  if (metricForBestModel === undefined) return undefined;
  const kinds = problemType === undefined && label?.includes(',') ? problemTypes : [problemType];
  const names = kinds.flatMap((kind) => metricNames({ task, problemType: kind, scheme }));
  return metricNamed(metricForBestModel, [...new Set(names)]);
}

/**
 * The adapters and the quantization that flags ask for.
 *
 * @param recorded the adapters of a run that is resumed
 * @throws UsageError for another LoRA flag without `--lora-r`
 */
export function adapterOptions(
  flags: TrainFlags,
  recorded?: LoraOptions,
): Pick<RunOptions, 'lora' | 'quantize' | 'mergeAdapter'> {
  const { quantize, mergeAdapter, separateAdapter } = flags;
  if (mergeAdapter && separateAdapter)
    throw new UsageError('--separate-adapter: cannot be used with --merge-adapter; remove one');
  const merging = mergeAdapter || separateAdapter ? { mergeAdapter: !separateAdapter } : {};
  return { lora: recorded ?? adaptersOf(flags), quantize, ...merging };
}

/** The adapters of the flags; undefined without `--lora-r`. */
function adaptersOf(flags: TrainFlags): LoraOptions | undefined {
  const { loraR: r, loraAlpha: alpha, loraDropout: dropout, loraModulesToSave: modulesToSave } = flags;
  if (r === undefined) return refuseOthers(flags);
  return resolvedLora({
    r,
    alpha,
    targetModules: flags.loraTargetModules && targetsOf(flags.loraTargetModules),
    ...(dropout !== undefined && { dropout }),
    ...(modulesToSave && { modulesToSave }),
    ...(flags.loraUseRslora && { useRslora: true }),
  });
}

/** Whether a name is a regular expression: it has characters that no module's name has. */
const isPattern = (name: string) => /[*+?()[\]{}|\\^$]/.test(name);

function targetsOf(names: readonly string[]): LoraOptions['targetModules'] {
  const joined = names.join(',');
  return joined === 'all-linear' || isPattern(joined) ? joined : names;
}

function refuseOthers(flags: TrainFlags): undefined {
  const names = Object.keys(loraOptions) as (keyof typeof loraOptions)[];
  const name = names.find((each) => flags[each] !== undefined && flags[each] !== false);
  if (name === undefined) return undefined;
  throw new UsageError(`${dashed(name)}: requires --lora-r; add --lora-r <rank>, or remove ${dashed(name)}`);
}

/**
 * Reads and checks the config.json of a new model, which overrides the defaults.
 *
 * @throws AttuneError CONFIG_UNREADABLE; CONFIG_INVALID for anything but a JSON object; as `newModelConfig` for values that the model cannot have
 */
export async function readNewConfig(path: string, task: ModelTask): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(path, 'utf8').catch((cause: Error) => {
    throw new AttuneError(
      'CONFIG_UNREADABLE',
      `${path}: expected a config.json, got ${reasonOf(cause)}; check --model-config`,
      { cause },
    );
  });
  const value = parse(text, path);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    newModelConfig({ ...value }, { task, where: path });
    return { ...value };
  }
  throw new AttuneError(
    'CONFIG_INVALID',
    `${path}: expected a JSON object such as {"n_layers": 2}, got something else; correct it`,
  );
}

function parse(text: string, path: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    const { message } = cause as Error;
    throw new AttuneError('CONFIG_INVALID', `${path}: expected JSON, got ${message}; correct it`, { cause });
  }
}

/** The values of `--report-to`. */
const reporters = ['tensorboard', 'wandb'] as const;

interface ReportOptions {
  /** The run directory. */
  readonly out: string;
  readonly arguments: Partial<TrainingArguments>;
  readonly onWarning: (warning: string) => void;
}

/**
 * The callbacks of `--report-to`: `tensorboard/` and `wandb/` in the run directory. With `WANDB_API_KEY` set, and
 * `WANDB_MODE` neither `offline` nor `dryrun`, Weights & Biases receives the run while it trains; with `disabled` there is no such run.
 *
 * @throws UsageError for any other name
 */
export function reportTo(names: readonly string[], { out, arguments: args, onWarning }: ReportOptions): Callback[] {
  const unknown = names.find((name) => !(reporters as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `--report-to: expected ${reporters.join(' or ')}, or both separated by a comma, got "${unknown}"`,
    );
  return names.flatMap((name) => {
    if (name === 'tensorboard') return [tensorBoard(join(out, 'tensorboard'))];
    const { WANDB_API_KEY, WANDB_MODE = '', WANDB_DISABLED = '', WANDB_PROJECT, WANDB_ENTITY } = process.env;
    if (WANDB_MODE === 'disabled' || /^(1|true|yes|on)$/i.test(WANDB_DISABLED)) {
      onWarning(
        `wandb: nothing is logged, because ${WANDB_MODE === 'disabled' ? 'WANDB_MODE is disabled' : 'WANDB_DISABLED is set'}`,
      );
      return [];
    }
    const place = { directory: out, project: WANDB_PROJECT || 'attune', ...(WANDB_ENTITY && { entity: WANDB_ENTITY }) };
    const run = { ...place, name: basename(out), config: { ...args } };
    const isLive = WANDB_API_KEY && !['offline', 'dryrun'].includes(WANDB_MODE);
    return [isLive ? wandbLive({ ...run, onWarning }) : wandbOffline(run)];
  });
}
