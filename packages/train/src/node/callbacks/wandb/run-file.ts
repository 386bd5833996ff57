import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { version } from '../../../../package.json';
import { logRecord, wandbFileHead } from '../encoding/leveldb-log';
import {
  exitRecord,
  headerRecord,
  historyRecord,
  metricRecord,
  runRecord,
  stepMetricRecord,
  summaryRecord,
} from '../encoding/wandb-records';
import { createGrowingFile } from '../growing-file';
import { numberJson, stepChart, type WandbRow, type WandbRun, type WandbSink } from './run';

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
  // `wandb sync` puts what it makes of the run there.
  mkdirSync(join(runDirectory, 'files'), { recursive: true });
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
  // Where `wandb sync` puts what it knows of the run, its metrics among them; older versions only where it exists.
  return { _wandb: '{}', ...Object.fromEntries(values.filter(([, json]) => json !== undefined)) };
}

const rowValues = (row: WandbRow) =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, numberJson(value)]));
