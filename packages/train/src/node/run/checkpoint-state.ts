import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AttuneError, parseJson } from '@attune/internal';
import type { SavedTraining } from '../../loop/saved-training';
import { isState, type Sums } from './checkpoint-sums';

/** The environment of a run, which may change the bits of its results. */
export interface Environment {
  readonly engine: string;
  readonly threads: number;
  readonly node: string;
  readonly attune: string;
}

/** Facts in `state.json` in addition to the training's own state. */
export interface CheckpointFacts {
  readonly environment: Environment;
  /** Of the encoded training examples. */
  readonly dataHash: string;
  /** Of the evaluation examples; absent without them, and in checkpoints of earlier versions. */
  readonly evaluationHash?: string;
  /** Of the test examples; absent without them, and in checkpoints of earlier versions. */
  readonly testHash?: string;
  /** Of the run's initial model; absent in checkpoints of earlier versions. */
  readonly modelHash?: string;
  /** Of the teachers' targets; absent without a teacher. */
  readonly teacherHash?: string;
  /** Lines of `metrics.jsonl` at the time of the checkpoint. */
  readonly lines: number;
}

/** The version of `state.json`; another one is refused by name. */
export const version = 1;

/** The content of `state.json`. */
export interface CheckpointState extends CheckpointFacts, Pick<SavedTraining, 'skipped' | 'log' | 'clock'> {
  readonly version: number;
  readonly step: number;
  readonly best?: Omit<NonNullable<SavedTraining['best']>, 'parameters'>;
  readonly figures: SavedTraining['metrics'];
  /** Absent in checkpoints of earlier versions. */
  readonly sums?: Sums;
}

/**
 * Reads a checkpoint's `state.json`.
 *
 * @throws AttuneError CHECKPOINT_MISSING, CHECKPOINT_JSON for an invalid or changed state,
 * CHECKPOINT_VERSION naming the version that reads it
 */
export async function readState(path: string): Promise<CheckpointState> {
  const json = await readFile(path, 'utf8')
    .then((text) => parseJson(text) as CheckpointState & Readonly<Record<string, unknown>>)
    .catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT')
        throw new AttuneError(
          'CHECKPOINT_MISSING',
          `${path}: expected a checkpoint's state, found no such file; restore it, or resume from an older checkpoint`,
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
  if (sums && !isState(state, sums)) throw damaged(path, 'a damaged file with another CRC-32');
  return json;
}

const damaged = (path: string, got: string, cause?: Error) =>
  new AttuneError(
    'CHECKPOINT_JSON',
    `${path}: expected a checkpoint's state, got ${got}; resume from an older checkpoint`,
    { cause },
  );

/** The version of Attune that reads a state: the one that wrote it, where it is recorded. */
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
