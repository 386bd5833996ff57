import type { Callback } from '../../../callbacks/callback';
import { wandbCallback } from './callback';
import type { WandbRunOptions } from './run';
import { openRunFile, runDirectoryOf } from './run-file';

export interface WandbOfflineOptions extends WandbRunOptions {
  /** The run is written to `wandb/` in it. */
  readonly directory: string;
}

/**
 * A callback that writes a Weights & Biases run in W&B's own format, without a network: a row for each `train` and `eval` event, with
 * `train/loss`, `eval/loss`, `eval/accuracy` and so on. `wandb sync DIRECTORY/wandb/offline-run-…` uploads it, now or later.
 *
 * Nothing is made before the first event. A run whose process was killed can be synced up to its last event.
 *
 * ```ts
 * const callback = wandbOffline({ directory: 'runs/sectors', project: 'sectors', name: 'first', config: { learningRate: 5e-5 } });
 * ```
 * @throws AttuneError WANDB_PROJECT for a name W&B refuses; OUTPUT_UNUSABLE from `onEvent`, where `directory` cannot be written to
 */
export function wandbOffline({ directory, ...options }: WandbOfflineOptions): Callback {
  return wandbCallback(options, (run) => [openRunFile(run, runDirectoryOf(run, directory))]);
}
