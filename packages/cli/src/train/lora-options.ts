import type { LoraOptions } from '@attune/models';
import type { RunOptions } from '@attune/train/node';
import type { TrainFlags } from '../commands/train';
import { loraFlags } from '../commands/writing-options';
import { dashed } from '../flags';
import { UsageError } from '../usage-error';

/** What PEFT's `LoraConfig` has where nothing is said. */
const usualAlpha = 8;

/** What no end of a module's name has in it. */
const isPattern = (name: string) => /[*+?()[\]{}|\\^$]/.test(name);

/**
 * The adapters that flags ask for; nothing without `--lora-r`.
 *
 * @throws UsageError for another of its flags without it
 */
export function loraOptions(flags: TrainFlags): LoraOptions | undefined {
  const { loraR: r, loraAlpha, loraDropout: dropout, loraModulesToSave: modulesToSave } = flags;
  if (r === undefined) return refuseOthers(flags);
  return {
    r,
    alpha: loraAlpha ?? usualAlpha,
    targetModules: targetsOf(flags.loraTargetModules),
    ...(dropout !== undefined && { dropout }),
    ...(modulesToSave && { modulesToSave }),
    ...(flags.loraUseRslora && { useRslora: true }),
  };
}

/** The same, and what else there is to say of adapters. */
export function adapterOptions(flags: TrainFlags): Pick<RunOptions, 'lora' | 'quantize' | 'mergeAdapter'> {
  const { quantize, mergeAdapter } = flags;
  return { lora: loraOptions(flags), quantize, ...(mergeAdapter && { mergeAdapter }) };
}

function targetsOf(names: readonly string[] = ['all-linear']): LoraOptions['targetModules'] {
  const joined = names.join(',');
  return joined === 'all-linear' || isPattern(joined) ? joined : names;
}

function refuseOthers(flags: TrainFlags): undefined {
  const names = Object.keys(loraFlags) as (keyof typeof loraFlags)[];
  const given = names.find((name) => flags[name] !== undefined && flags[name] !== false);
  if (given === undefined) return undefined;
  throw new UsageError(`${dashed(given)}: expected --lora-r beside it, which says that there are adapters; add it`);
}
