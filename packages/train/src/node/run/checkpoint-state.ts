import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError, parseJson } from '@attune/internal';
import type { SavedTraining } from '../../loop/saved-training';
import { isState, type Sums } from './checkpoint-sums';

/** The environment of a run: another may give other bits. */
export interface Environment {
  readonly engine: string;
  readonly threads: number;
  readonly node: string;
  readonly attune: string;
}

/** Facts in `state.json` beside the training's own state. */
export interface CheckpointFacts {
  readonly environment: Environment;
  /** Of the training examples, as they were encoded. */
  readonly dataHash: string;
  /** Of the evaluation's examples; absent without them, and from an earlier attune. */
  readonly evaluationHash?: string;
  /** Of the test examples; absent without them, and from an earlier attune. */
  readonly testHash?: string;
  /** Of the model that the run began with; absent from an earlier attune. */
  readonly modelHash?: string;
  /** Of what the examples learn of a teacher; absent without one. */
  readonly teacherHash?: string;
  /** Lines of `metrics.jsonl` when it was written. */
  readonly lines: number;
}

/** Of `state.json`; another is refused by name. */
export const version = 1;

/** The content of `state.json`. */
export interface CheckpointState extends CheckpointFacts, Pick<SavedTraining, 'skipped' | 'log' | 'clock'> {
  readonly version: number;
  readonly step: number;
  readonly best?: Omit<NonNullable<SavedTraining['best']>, 'parameters'>;
  readonly figures: SavedTraining['metrics'];
  /** Absent from an earlier attune. */
  readonly sums?: Sums;
}

/**
 * Reads a checkpoint's `state.json`.
 *
 * @throws AttuneError CHECKPOINT_MISSING, CHECKPOINT_JSON for what is no such state or not the one that was written,
 * CHECKPOINT_VERSION naming what reads it
 */
export async function readState(path: string): Promise<CheckpointState> {
  const json = await readFile(path, 'utf8')
    .then((text) => parseJson(text) as CheckpointState & Readonly<Record<string, unknown>>)
    .catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT')
        throw new AttuneError(
          'CHECKPOINT_MISSING',
          `${path}: expected a checkpoint's state, found no such file; restore it, or go on from an older checkpoint`,
          { cause },
        );
      throw damaged(path, `a damaged file (${cause.message})`, cause);
    });
  if (json?.version !== version)
    throw new AttuneError(
      Number.isInteger(json?.version) ? 'CHECKPOINT_VERSION' : 'CHECKPOINT_JSON',
      `${path}: expected version ${version}, got ${json?.version}; ${readerOf(json, path)}`,
    );
  for (const [name, is] of Object.entries(fields))
    if (!is(json[name])) throw damaged(path, `another ${name}: ${`${JSON.stringify(json[name])}`.slice(0, 80)}`);
  const unknown = Object.keys(json).find((name) => !Object.hasOwn(fields, name));
  if (unknown !== undefined) throw damaged(path, `an unknown ${JSON.stringify(unknown)}`);
  const { sums, ...state } = json;
  if (sums && !isState(state, sums)) throw damaged(path, 'a damaged file, whose CRC-32 is another');
  return json;
}

const damaged = (path: string, got: string, cause?: Error) =>
  new AttuneError(
    'CHECKPOINT_JSON',
    `${path}: expected a checkpoint's state, got ${got}; go on from an older checkpoint`,
    { cause },
  );

/** What reads a state of another version: the attune that wrote it, where it says which. */
function readerOf(json: unknown, path: string): string {
  const { environment } = (json ?? {}) as { environment?: { attune?: unknown } };
  const writer = environment?.attune;
  if (typeof writer !== 'string' || !/^[\w.+-]+$/.test(writer)) return 'resume with the attune that wrote it';
  return `resume with the attune that wrote it: npx attune@${writer} train --resume --out ${dirname(dirname(dirname(path)))}`;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) => Number.isInteger(value) && (value as number) >= 0;
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const entries = (value: unknown) => Object.entries(value as Record<string, unknown>);

/** Each field of a state. */
const fields: Readonly<Record<keyof CheckpointState, Check>> = {
  version: isCount,
  step: isCount,
  skipped: optional(isCount),
  best: optional((value) => isObject(value) && isCount((value as { step?: unknown }).step)),
  log: isObject,
  figures: isObject,
  clock: (value) => isObject(value) && entries(value).every(([, each]) => typeof each === 'number'),
  environment: isObject,
  dataHash: isText,
  evaluationHash: optional(isText),
  testHash: optional(isText),
  modelHash: optional(isText),
  teacherHash: optional(isText),
  lines: isCount,
  sums: optional((value) => isObject(value) && entries(value).every(([, sum]) => isCount(sum))),
};
