// The record of a run's settings: a resumed run takes absent options from it, even where defaults have changed.
import { join } from 'node:path';
import { AttuneError, isObject } from '@attune/internal';
import { readJsonObject } from '@attune/internal/node';
import { type LoraOptions, type ResolvedLoraOptions, resolvedLora } from '@attune/models';
import type { TrainingArguments } from '../../arguments/arguments';
import type { RunOptions } from './options';

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number';
const isSwitch: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string';

/** The kind of each argument; ranges are checked as for given arguments. */
const kinds: Readonly<Record<keyof TrainingArguments, Check>> = {
  learningRate: isNumber,
  perDeviceTrainBatchSize: isNumber,
  perDeviceEvalBatchSize: isNumber,
  numTrainEpochs: isNumber,
  gradientAccumulationSteps: isNumber,
  gradientCheckpointing: isSwitch,
  bf16: isSwitch,
  maxSteps: isNumber,
  labelSmoothingFactor: isNumber,
  focalGamma: isNumber,
  classWeights: (value) => value === 'balanced' || (isObject(value) && Object.values(value).every(isNumber)),
  maxLength: isNumber,
  seed: isNumber,
  loggingSteps: isNumber,
  metricForBestModel: isText,
  evalStrategy: isText,
  evalSteps: isNumber,
  saveStrategy: isText,
  saveSteps: isNumber,
  saveTotalLimit: isNumber,
  earlyStoppingPatience: isNumber,
  earlyStoppingThreshold: isNumber,
  optim: isText,
  adamBeta1: isNumber,
  adamBeta2: isNumber,
  adamEpsilon: isNumber,
  sgdMomentum: isNumber,
  sgdNesterov: isSwitch,
  weightDecay: isNumber,
  maxGradNorm: isNumber,
  layerwiseLrDecay: isNumber,
  freeze: (value) => Array.isArray(value) && value.every(isText),
  freezeLayers: isNumber,
  lrSchedulerType: isText,
  numCycles: isNumber,
  power: isNumber,
  lrEnd: isNumber,
  warmupRatio: isNumber,
  warmupSteps: isNumber,
};

/** The training settings in the `config.json` of a run, or of folds. */
export interface RecordedRun {
  /** Every argument, including the defaults of that time. */
  readonly arguments: Partial<TrainingArguments>;
  /** Absent without adapters, and in the record of folds. */
  readonly lora?: ResolvedLoraOptions;
}

/**
 * The training settings in a run's record; none without a record.
 *
 * @throws AttuneError RUN_CONFIG for a damaged record
 * @example
 * const { arguments: args } = await recordedRun('runs/sectors'); // { learningRate: 0.00005, numTrainEpochs: 3, … }
 */
export async function recordedRun(run: string): Promise<RecordedRun> {
  const path = join(run, 'config.json');
  const { arguments: args = {}, lora } = (await readJsonObject(path)) ?? {};
  if (!isObject(args)) throw damaged(path, 'arguments', 'an object', args);
  const names = Object.keys(kinds) as (keyof TrainingArguments)[];
  const given = names.filter((name) => Object.hasOwn(args, name) && args[name] !== null);
  const wrong = given.find((name) => !kinds[name](args[name]));
  if (wrong !== undefined) throw damaged(path, `arguments.${wrong}`, 'the value of a run', args[wrong]);
  if (lora !== undefined && !isObject(lora)) throw damaged(path, 'lora', 'an object', lora);
  return {
    arguments: Object.fromEntries(given.map((name) => [name, args[name]])),
    ...(lora && { lora: lora as unknown as ResolvedLoraOptions }), // checked where adapters are made
  };
}

/** Any other setting of a run's record; undefined without one. */
export const recordedSetting = async (run: string, name: string): Promise<unknown> =>
  (await readJsonObject(join(run, 'config.json')))?.[name];

const damaged = (path: string, name: string, expected: string, got: unknown) =>
  new AttuneError(
    'RUN_CONFIG',
    `${path}: ${name} expected ${expected}, got ${JSON.stringify(got).slice(0, 80)}; restore the file, or train again`,
  );

/** The given arguments; of a resumed run, with absent ones from its record. */
export async function givenArguments({
  arguments: given = {},
  resume,
  out,
}: Pick<RunOptions, 'arguments' | 'resume' | 'out'>): Promise<Partial<TrainingArguments>> {
  if (!resume) return given;
  const { arguments: recorded } = await recordedRun(out);
  const set = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...recorded, ...Object.fromEntries(set) };
}

/** The given adapters, with defaults; of a resumed run, with absent settings from its record. */
export async function givenLora({
  lora,
  resume,
  out,
}: {
  readonly lora?: LoraOptions;
  readonly resume?: boolean;
  readonly out?: string;
}): Promise<ResolvedLoraOptions | undefined> {
  if (lora === undefined) return undefined;
  const recorded = resume && out !== undefined ? (await recordedRun(out)).lora : undefined;
  const set = Object.entries(lora).filter(([, value]) => value !== undefined);
  return resolvedLora({ ...recorded, ...(Object.fromEntries(set) as unknown as LoraOptions) });
}
