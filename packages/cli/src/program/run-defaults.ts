// The default settings of a run, which its report lists last.
import { resolvedLora } from '@attune/models';
import { trainingArguments } from '@attune/train';

type Config = Readonly<Record<string, unknown>>;

interface Recorded {
  readonly task?: unknown;
  readonly scheme?: unknown;
  readonly testData?: unknown;
  readonly options?: Config;
  readonly arguments?: { readonly perDeviceTrainBatchSize?: number; readonly maxLength?: number };
  readonly architecture?: { readonly maxPositions?: number };
  readonly lora?: { readonly r?: number };
}

/**
 * The learning rate of adapters on the command line: that of QLoRA for small models, and of most recipes for PEFT. At the 5e-5 of whole models,
 * adapters learn almost nothing.
 */
export const adapterRate = 2e-4;

/** Default splits of `--data`: for most tasks, with test data, and for masked language modeling. */
export const defaultSplits = { usual: '80/10/10', besideTest: '90/10', maskedLm: '95/5' } as const;

/** The defaults of the arguments of a run of this task. */
function argumentDefaults(config: Config): Config {
  const { task, scheme, lora, options, arguments: args } = config as Recorded;
  const typed = lora && options ? { learningRate: adapterRate } : {}; // the library's is that of whole models
  const defaults = { ...trainingArguments(), ...typed };
  if (task === 'token-classification')
    return { ...defaults, metricForBestModel: scheme === 'none' ? 'accuracy' : 'f1' };
  if (task !== 'causal-lm') return defaults;
  return { ...defaults, perDeviceEvalBatchSize: args?.perDeviceTrainBatchSize }; // no larger than in training
}

/** The defaults of the other settings of a run: of its task, and of its adapters. */
function settingDefaults(config: Config): Config {
  const { task, lora, testData, arguments: args, architecture } = config as Recorded;
  const maxLength = args?.maxLength;
  const byTask: Readonly<Record<string, Config>> = {
    'token-classification': {
      ...{ scheme: 'IOB2', mode: 'strict', decoding: 'argmax' },
      ...(maxLength !== undefined && { stride: Math.floor(maxLength / 4) }),
    },
    'masked-lm': {
      ...{ split: defaultSplits.maskedLm, mlmProbability: 0.15, wholeWord: false },
      chunkLength: Math.min(256, architecture?.maxPositions ?? 256),
    },
    'causal-lm': { truncationMode: 'keep_completion' },
  };
  return {
    split: testData === undefined ? defaultSplits.usual : defaultSplits.besideTest,
    ...byTask[`${task}`],
    ...(lora?.r !== undefined && { lora: adapterDefaults(lora.r) }),
  };
}

function adapterDefaults(r: number): Config {
  const { alpha, targetModules } = resolvedLora({ r });
  return { alpha, targetModules };
}

/** The defaults with which a report compares the record of a run. */
export const runDefaults = (config: Config): { readonly defaults: Config; readonly settingDefaults: Config } => ({
  defaults: argumentDefaults(config),
  settingDefaults: settingDefaults(config),
});
