import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/engine';
import type { Callback } from '../../../callbacks/callback';
import { wandbCallback } from './callback';
import type { WandbOfflineOptions } from './offline';
import { openRunFile, runDirectoryOf } from './run-file';
import { wandbServer } from './server';
import { openStream } from './stream';

export interface WandbLiveOptions extends WandbOfflineOptions {
  /** Default: `WANDB_BASE_URL`, else W&B's own server. */
  readonly baseUrl?: string;
  /** Default: `WANDB_API_KEY`. */
  readonly apiKey?: string;
  /** Rows are collected for so long, and W&B hears at least so often that the run is alive. Default 15, as in W&B's own client. */
  readonly sendEverySeconds?: number;
  /** A request is given up after so long; `close` waits for four at most. Default 10. */
  readonly timeoutSeconds?: number;
  /** Default: `console.warn`. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * `wandbOffline`, whose rows are sent to a Weights & Biases server too, as the run goes on.
 *
 * The network neither stops nor slows training: the first failure is warned of, what did not arrive is sent
 * again later, and the offline run stays to be synced.
 *
 * ```ts
 * const callback = wandbLive({ directory: 'runs/sectors', project: 'sectors' }); // with WANDB_API_KEY set
 * ```
 * @throws AttuneError WANDB_KEY_MISSING without a key; and as `wandbOffline` does
 */
export function wandbLive(options: WandbLiveOptions): Callback {
  const { WANDB_BASE_URL, WANDB_API_KEY } = process.env;
  const {
    baseUrl = WANDB_BASE_URL || 'https://api.wandb.ai',
    apiKey = WANDB_API_KEY,
    sendEverySeconds = 15,
    timeoutSeconds = 10,
    onWarning = console.warn,
    directory,
    ...described
  } = options;
  if (!apiKey)
    throw new AttuneError(
      'WANDB_KEY_MISSING',
      'wandb: expected a key in WANDB_API_KEY, got none; set it, or log offline',
    );
  const server = wandbServer({ baseUrl, apiKey, timeoutSeconds });
  return wandbCallback(described, (run) => {
    const path = runDirectoryOf(run, directory);
    const file = openRunFile(run, path);
    const remedy = `the run is in ${path}: upload it with \`wandb sync\``;
    // `wandb sync` passes over a run with this file.
    const onDelivered = () => writeFileSync(join(path, `run-${run.id}.wandb.synced`), '');
    return [file, openStream(run, { server, sendEverySeconds, onWarning, remedy, onDelivered })];
  });
}
