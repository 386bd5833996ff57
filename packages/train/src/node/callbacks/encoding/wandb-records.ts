import { type Field, message } from './protobuf';

// The records of a `.wandb` file that a run of figures needs. Field numbers as in wandb_internal.proto (wandb 0.31).

const field = { history: 2, summary: 3, metric: 12, run: 17, exit: 18, header: 21 };

/** A record by its number in the file, from 1, and its kind. */
function record(number: number, kind: keyof typeof field, content: Uint8Array): Uint8Array<ArrayBuffer> {
  return message([1, 'int64', number], [field[kind], 'message', content]);
}

/** Values as JSON, by key. */
export type JsonValues = Readonly<Record<string, string>>;

/** The items of a config, history or summary, which all look the same. */
function items(fieldNumber: number, values: JsonValues): Field[] {
  return Object.entries(values).map(([key, json]) => [
    fieldNumber,
    'message',
    message([1, 'string', key], [16, 'string', json]),
  ]);
}

/** Who wrote the file, and the oldest W&B client that can read it. */
export function headerRecord(number: number, { producer }: { producer: string }): Uint8Array<ArrayBuffer> {
  const versionInfo = message([1, 'string', producer], [2, 'string', '0.70.0']);
  return record(number, 'header', message([1, 'message', versionInfo]));
}

/** What a run is, when it begins. */
export interface RunFields {
  readonly id: string;
  readonly project: string;
  readonly name?: string;
  readonly entity?: string;
  readonly host: string;
  readonly startTime: Date;
  readonly config: JsonValues;
}

export function runRecord(number: number, run: RunFields): Uint8Array<ArrayBuffer> {
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

/** Says that a chart exists. */
export function metricRecord(number: number, name: string): Uint8Array<ArrayBuffer> {
  const defined = message([3, 'int64', 1]);
  return record(number, 'metric', message([1, 'string', name], [6, 'message', defined]));
}

/** Says that all charts are drawn over `stepMetric`. */
export function stepMetricRecord(number: number, stepMetric: string): Uint8Array<ArrayBuffer> {
  const synchronised = message([1, 'int64', 1], [3, 'int64', 1]);
  return record(number, 'metric', message([2, 'string', '*'], [4, 'string', stepMetric], [6, 'message', synchronised]));
}

/** A line of the history, with the number it has there. */
export function historyRecord(number: number, values: JsonValues, step: number): Uint8Array<ArrayBuffer> {
  return record(number, 'history', message(...items(1, values), [2, 'message', message([1, 'int64', step])]));
}

/** The latest value of each chart that changed. */
export function summaryRecord(number: number, values: JsonValues): Uint8Array<ArrayBuffer> {
  return record(number, 'summary', message(...items(1, values)));
}

/** The end. `runtime` in whole seconds. */
export function exitRecord(
  number: number,
  { exitCode, runtime }: { exitCode: number; runtime: number },
): Uint8Array<ArrayBuffer> {
  return record(number, 'exit', message([1, 'int64', exitCode], [2, 'int64', runtime]));
}
