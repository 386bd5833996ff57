import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Callback, isLogged } from '../../loop/events';
import { crc32c, createGrowingFile, type GrowingFile, joined, message, scalarsOf } from './encoding';

/**
 * A callback that writes a TensorBoard event file, a scalar for each metric of `train` and `eval` events: `train/loss`,
 * `train/learning_rate`, `train/grad_norm`, `eval/loss`, `eval/accuracy` and so on.
 *
 * The file is created at the first event. A directory may hold the files of several parts of a run: TensorBoard reads them as one run.
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
      if (!isLogged(event)) return;
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

/** Time and step of a TensorBoard event. */
interface EventTime {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
}

/** The event every file begins with. */
export function fileVersionEvent(wallTime: number): Uint8Array<ArrayBuffer> {
  return message([1, 'double', wallTime], [3, 'string', 'brain.Event:2']);
}

/**
 * An `Event` whose summary holds a float32 for each tag.
 *
 * Field numbers as in TensorBoard's `event.proto` and `summary.proto`.
 */
export function scalarsEvent(
  scalars: Readonly<Record<string, number>>,
  { wallTime, step }: EventTime,
): Uint8Array<ArrayBuffer> {
  const values = Object.entries(scalars).map(([tag, value]) => message([1, 'string', tag], [2, 'float', value]));
  const summary = message(...values.map((value) => [1, 'message', value] as const));
  return message([1, 'double', wallTime], [2, 'int64', step], [5, 'message', summary]);
}

/**
 * A record of a TFRecord file: length (uint64), its checksum, the data, its checksum, little-endian.
 *
 * Source: TensorFlow, `tensorflow/core/lib/io/record_writer.h`.
 */
export function tfRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(data.length), true);
  return joined([length, maskedChecksum(length), data, maskedChecksum(data)]);
}

/** The checksum rotated and shifted by a constant, so that data which holds checksums can be checked too. */
function maskedChecksum(bytes: Uint8Array): Uint8Array {
  const crc = crc32c(bytes);
  const masked = ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  const encoded = new Uint8Array(4);
  new DataView(encoded.buffer).setUint32(0, masked >>> 0, true);
  return encoded;
}
