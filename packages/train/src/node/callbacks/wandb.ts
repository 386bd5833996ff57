import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/internal';
import { type Callback, type EvaluationEvent, isLogged, type LossEvent } from '../../loop/events';
import { openRunFile, runDirectoryOf } from './wandb-file';
import { checkProject, rowOf, startRun, type WandbRun, type WandbRunOptions, type WandbSink } from './wandb-run';
import { openStream, wandbServer } from './wandb-server';

/** Options of `wandbOffline`. */
export interface WandbOfflineOptions extends WandbRunOptions {
  /** The run is written to `wandb/` in it. */
  readonly directory: string;
}

/**
 * A callback that writes a Weights & Biases run in W&B's own format, without a network: a row for each `train` and `eval` event, with
 * `train/loss`, `eval/loss`, `eval/accuracy` and so on. `wandb sync DIRECTORY/wandb/offline-run-…` uploads it, now or later.
 *
 * The run is created at the first event. A run whose process was killed can be synced up to its last event.
 *
 * ```ts
 * const callback = wandbOffline({ directory: 'runs/sectors', project: 'sectors', name: 'first', config: { learningRate: 5e-5 } });
 * ```
 * @throws AttuneError WANDB_PROJECT for a name W&B refuses; OUTPUT_UNUSABLE from `onEvent`, where `directory` cannot be written to
 */
export function wandbOffline({ directory, ...options }: WandbOfflineOptions): Callback {
  return wandbCallback(options, (run) => [openRunFile(run, runDirectoryOf(run, directory))]);
}

/** Options of `wandbLive`. */
export interface WandbLiveOptions extends WandbOfflineOptions {
  /** Address of the server; default `WANDB_BASE_URL`, else W&B's own. */
  readonly baseUrl?: string;
  /** Key of the account that owns the run; default `WANDB_API_KEY`. */
  readonly apiKey?: string;
  /** Seconds between two requests, with collected rows or none, which show that the run is alive. Default 15, as in W&B's own client. */
  readonly sendEverySeconds?: number;
  /** Seconds until a request times out; `close` waits for four at most. Default 10. */
  readonly timeoutSeconds?: number;
  /** Default: `console.warn`. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * `wandbOffline` that also sends its rows to a Weights & Biases server during the run.
 *
 * The network neither stops nor slows training: the first failure gives a warning, unsent rows are sent
 * again later, and the offline run can always be synced.
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
    // `wandb sync` skips a run with this file.
    const onDelivered = () => writeFileSync(join(path, `run-${run.id}.wandb.synced`), '');
    return [file, openStream(run, { server, sendEverySeconds, onWarning, remedy, onDelivered })];
  });
}

/** A callback that writes each `train` and `eval` event as a row to sinks, which `open` creates at the first event. */
function wandbCallback(options: WandbRunOptions, open: (run: WandbRun) => readonly WandbSink[]): Callback {
  checkProject(options.project);
  let opened: { run: WandbRun; sinks: readonly WandbSink[] } | undefined;
  let rows = 0;
  const write = (event: LossEvent | EvaluationEvent, { run, sinks }: NonNullable<typeof opened>) => {
    const row = rowOf(event, run, rows);
    rows += 1;
    for (const sink of sinks) sink.write(row);
  };
  return {
    onEvent(event) {
      if (!opened) {
        const run = startRun(options);
        opened = { run, sinks: open(run) };
      }
      if (isLogged(event)) write(event, opened);
    },
    async close(failure) {
      const sinks = opened?.sinks ?? [];
      opened = undefined;
      for (const sink of sinks) await sink.finish(failure === undefined ? 0 : 1);
    },
  };
}
