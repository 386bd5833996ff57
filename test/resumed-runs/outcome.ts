import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What two equal runs share: the bytes of their tensors, their log and their summary, but for times. */
export interface Outcome {
  readonly sha256: Readonly<Record<string, string>>;
  readonly metrics: readonly object[];
  readonly summary: object;
}

export function outcomeOf(run: string, results: readonly string[]): Outcome {
  const lines = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
  return {
    sha256: Object.fromEntries(results.map((file) => [file, sha256(join(run, file))])),
    metrics: lines.map((line) => withoutTimes(JSON.parse(line))),
    summary: withoutTimes(JSON.parse(readFileSync(join(run, 'summary.json'), 'utf8'))),
  };
}

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');

function withoutTimes({
  time: _,
  seconds: __,
  tokensPerSecond: ___,
  engine: ____,
  ...rest
}: Record<string, unknown>): object {
  return JSON.parse(JSON.stringify(rest, (key, value) => (/seconds/i.test(key) ? undefined : value)));
}
