import { basename, join } from 'node:path';
import type { Callback, TrainingArguments } from '@attune/train';
import { tensorBoard, wandbLive, wandbOffline } from '@attune/train/node';
import { UsageError } from '../usage-error';

/** Where else a run may be told of. */
export const reporters = ['tensorboard', 'wandb'] as const;

export interface ReportOptions {
  /** The run directory. */
  readonly out: string;
  readonly arguments: Partial<TrainingArguments>;
  readonly onWarning: (warning: string) => void;
}

/**
 * The callbacks of `--report-to`: `tensorboard/` and `wandb/` in the run directory. With `WANDB_API_KEY` set, and
 * `WANDB_MODE` not `offline`, Weights & Biases hears of the run as it goes on.
 *
 * @throws UsageError for a name that is none of these
 */
export function reportTo(names: readonly string[], { out, arguments: args, onWarning }: ReportOptions): Callback[] {
  const unknown = names.find((name) => !(reporters as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new UsageError(`--report-to: expected ${reporters.join(' or ')}, or both with a comma, got "${unknown}"`);
  return names.map((name) => {
    if (name === 'tensorboard') return tensorBoard(join(out, 'tensorboard'));
    const { WANDB_API_KEY, WANDB_MODE, WANDB_PROJECT } = process.env;
    const run = { directory: out, project: WANDB_PROJECT || 'attune', name: basename(out), config: { ...args } };
    return WANDB_API_KEY && WANDB_MODE !== 'offline' ? wandbLive({ ...run, onWarning }) : wandbOffline(run);
  });
}
