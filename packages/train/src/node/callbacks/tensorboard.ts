import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Callback } from '../../callbacks/callback';
import { fileVersionEvent, scalarsEvent } from './encoding/tensorboard-events';
import { tfRecord } from './encoding/tf-record';
import { createGrowingFile, type GrowingFile } from './growing-file';
import { scalarsOf } from './scalars';

/**
 * A callback that writes a TensorBoard event file, a scalar for each figure of `train` and `eval` events: `train/loss`,
 * `train/learning_rate`, `train/grad_norm`, `eval/loss`, `eval/accuracy` and so on.
 *
 * Nothing is made before the first event. A directory may hold the files of several runs' parts: TensorBoard reads them as one run.
 *
 * ```ts
 * const callback = tensorBoard('runs/sectors/tensorboard'); // then: tensorboard --logdir runs
 * ```
 * @throws AttuneError OUTPUT_UNUSABLE from `onEvent`, where the directory cannot be written to
 */
export function tensorBoard(directory: string): Callback {
  let file: GrowingFile | undefined;
  return {
    onEvent(event) {
      file ??= openEventFile(directory);
      if (event.type === 'step') return;
      file.append(tfRecord(scalarsEvent(scalarsOf(event), { wallTime: secondsNow(), step: event.step })));
    },
    async close() {
      file?.close();
      file = undefined;
    },
  };
}

/** TensorBoard finds files by `tfevents` in their name, and reads those of a directory in the order of their names. */
function openEventFile(directory: string): GrowingFile {
  const wallTime = secondsNow();
  const seconds = String(Math.floor(wallTime)).padStart(10, '0');
  const unique = `${hostname()}.${process.pid}.${process.hrtime.bigint()}`;
  const file = createGrowingFile(join(directory, `events.out.tfevents.${seconds}.${unique}`));
  file.append(tfRecord(fileVersionEvent(wallTime)));
  return file;
}

const secondsNow = () => Date.now() / 1000;
