import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { InterruptedRun } from './runs';

/** What two equal runs share: the bytes of their tensors, and what their records say, but for times. */
export interface Outcome {
  readonly sha256: Readonly<Record<string, string>>;
  readonly records: Readonly<Record<string, unknown>>;
}

export function outcomeOf(run: string, { tensors, records }: Pick<InterruptedRun, 'tensors' | 'records'>): Outcome {
  return {
    sha256: Object.fromEntries(tensors.map((file) => [file, sha256(readFileSync(join(run, file)))])),
    records: Object.fromEntries(records.map((file) => [file, read(readFileSync(join(run, file), 'utf8'), file)])),
  };
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function read(text: string, file: string): unknown {
  if (!file.endsWith('.jsonl')) return JSON.parse(text, withoutTime);
  const lines = text.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line, withoutTime));
}

const withoutTime = (key: string, value: unknown) =>
  /^time$|seconds$|^tokensPerSecond$/i.test(key) ? undefined : value;
