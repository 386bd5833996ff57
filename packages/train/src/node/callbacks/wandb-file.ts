import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeDirectorySync } from '@attune/internal/node';
import { version } from '../../../package.json';
import { crc32, createGrowingFile, type Field, joined, message } from './encoding';
import { numberJson, stepChart, type WandbRow, type WandbRun, type WandbSink } from './wandb-run';

/** Where an offline run is written, as Python's `wandb` names it: `DIRECTORY/wandb/offline-run-20250131_235959-a1b2c3d4`. */
export function runDirectoryOf({ id, startTime }: WandbRun, directory: string): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const date = [startTime.getFullYear(), two(startTime.getMonth() + 1), two(startTime.getDate())].join('');
  const time = [startTime.getHours(), startTime.getMinutes(), startTime.getSeconds()].map(two).join('');
  return join(directory, 'wandb', `offline-run-${date}_${time}-${id}`);
}

/** A sink that is `run-ID.wandb` in the run's directory: what `wandb sync` reads. */
export function openRunFile(run: WandbRun, runDirectory: string): WandbSink {
  const file = createGrowingFile(join(runDirectory, `run-${run.id}.wandb`));
  // `wandb sync` writes its results there.
  makeDirectorySync(join(runDirectory, 'files'));
  file.append(wandbFileHead);
  let records = 0;
  const append = (encode: (number: number) => Uint8Array) => {
    records += 1;
    file.append(logRecord(encode(records), file.length()));
  };
  append((number) => headerRecord(number, { producer: `attune ${version}` }));
  append((number) => runRecord(number, { ...run, host: hostname(), config: configJson(run) }));
  append((number) => metricRecord(number, stepChart));
  append((number) => stepMetricRecord(number, stepChart));
  return {
    write(row) {
      const values = rowValues(row);
      append((number) => summaryRecord(number, values));
      append((number) => historyRecord(number, values, row._step));
    },
    finish(exitCode) {
      const runtime = Math.round((Date.now() - run.startTime.getTime()) / 1000);
      append((number) => exitRecord(number, { exitCode, runtime }));
      file.close();
    },
  };
}

function configJson({ config = {} }: WandbRun): Record<string, string> {
  const values = Object.entries(config).map(([key, value]) => [key, JSON.stringify(value)]);
  // Where `wandb sync` writes the run's data, including its metrics; older versions only where it exists.
  return { _wandb: '{}', ...Object.fromEntries(values.filter(([, json]) => json !== undefined)) };
}

const rowValues = (row: WandbRow) =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, numberJson(value)]));

/** A file is a row of blocks, and no fragment of a record crosses from one into the next. */
const blockLength = 32768;
/** Checksum (uint32), length (uint16) and kind (uint8) of a fragment, little-endian. */
const headLength = 7;
const kind = { full: 1, first: 2, middle: 3, last: 4 };

/** The first bytes of a `.wandb` file: `:W&B`, 0xBEE1 and version 0. It counts as part of the first block. */
export const wandbFileHead = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);

/**
 * A record in a `.wandb` file that is `offset` bytes long: LevelDB's log format, except for the checksum, which is
 * zlib's CRC-32 and not masked.
 *
 * Source: LevelDB, `doc/log_format.md`; wandb 0.21, `sdk/internal/datastore.py`.
 */
export function logRecord(data: Uint8Array, offset: number): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let space = blockLength - (offset % blockLength);
  if (space < headLength) {
    parts.push(new Uint8Array(space));
    space = blockLength;
  }
  for (let at = 0, isFirst = true; ; isFirst = false) {
    // Where a block has room only for a header, the first fragment is empty.
    const end = Math.min(data.length, at + space - headLength);
    const isLast = end === data.length;
    parts.push(fragment(kindOf(isFirst, isLast), data.subarray(at, end)));
    if (isLast) return joined(parts);
    at = end;
    space = blockLength;
  }
}

function kindOf(isFirst: boolean, isLast: boolean): number {
  if (isFirst) return isLast ? kind.full : kind.first;
  return isLast ? kind.last : kind.middle;
}

function fragment(fragmentKind: number, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(headLength);
  const view = new DataView(head.buffer);
  view.setUint32(0, crc32(joined([Uint8Array.of(fragmentKind), data])), true);
  view.setUint16(4, data.length, true);
  view.setUint8(6, fragmentKind);
  return joined([head, data]);
}

// The `.wandb` records of a run of scalars. Field numbers as in wandb_internal.proto (wandb 0.31).

const field = { history: 2, summary: 3, metric: 12, run: 17, exit: 18, header: 21 };

/** A record by its number in the file, from 1, and its kind. */
function record(number: number, kind: keyof typeof field, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return message([1, 'int64', number], [field[kind], 'message', content]);
}

/** Values as JSON, by key. */
type JsonValues = Readonly<Record<string, string>>;

/** The items of a config, history or summary, in the same format. */
function items(fieldNumber: number, values: JsonValues): Field[] {
  return Object.entries(values).map(([key, json]) => [
    fieldNumber,
    'message',
    message([1, 'string', key], [16, 'string', json]),
  ]);
}

/** Who wrote the file, and the oldest W&B client that can read it. */
function headerRecord(number: number, { producer }: { producer: string }): Uint8Array<ArrayBuffer> {
  const versionInfo = message([1, 'string', producer], [2, 'string', '0.70.0']);
  return record(number, 'header', message([1, 'message', versionInfo]));
}

/** The description of a run at its start. */
interface RunFields {
  readonly id: string;
  readonly project: string;
  readonly name?: string;
  readonly entity?: string;
  readonly host: string;
  readonly startTime: Date;
  readonly config: JsonValues;
}

function runRecord(number: number, run: RunFields): Uint8Array<ArrayBuffer> {
  const milliseconds = run.startTime.getTime();
  const seconds = Math.floor(milliseconds / 1000);
  const startTime = message([1, 'int64', seconds], [2, 'int64', (milliseconds - seconds * 1000) * 1e6]);
  const content = message(
    [1, 'string', run.id],
    [2, 'string', run.entity ?? ''],
    [3, 'string', run.project],
    [4, 'message', message(...items(1, run.config))],
    [8, 'string', run.name ?? ''],
    [13, 'string', run.host],
    [17, 'message', startTime],
  );
  return record(number, 'run', content);
}

/** Declares a chart. */
function metricRecord(number: number, name: string): Uint8Array<ArrayBuffer> {
  const defined = message([3, 'int64', 1]);
  return record(number, 'metric', message([1, 'string', name], [6, 'message', defined]));
}

/** Makes `stepMetric` the horizontal axis of all charts. */
function stepMetricRecord(number: number, stepMetric: string): Uint8Array<ArrayBuffer> {
  const synchronised = message([1, 'int64', 1], [3, 'int64', 1]);
  return record(number, 'metric', message([2, 'string', '*'], [4, 'string', stepMetric], [6, 'message', synchronised]));
}

/** A line of the history, with its number. */
function historyRecord(number: number, values: JsonValues, step: number): Uint8Array<ArrayBuffer> {
  return record(number, 'history', message(...items(1, values), [2, 'message', message([1, 'int64', step])]));
}

/** The latest value of each chart that changed. */
function summaryRecord(number: number, values: JsonValues): Uint8Array<ArrayBuffer> {
  return record(number, 'summary', message(...items(1, values)));
}

/** The end. `runtime` in whole seconds. */
function exitRecord(
  number: number,
  { exitCode, runtime }: { exitCode: number; runtime: number },
): Uint8Array<ArrayBuffer> {
  return record(number, 'exit', message([1, 'int64', exitCode], [2, 'int64', runtime]));
}
