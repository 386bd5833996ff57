// Digests of a run's inputs, which must not change before the run is resumed.
import { createHash } from 'node:crypto';
import type { HostTensor } from '@attune/engine';
import { AttuneError } from '@attune/internal';
import type { Examples } from '../../loop/task';
import type { Taught } from '../../tasks/distillation';
import type { Checkpoint } from './checkpoint-files';

/** Digests of a run's inputs that must not change before it is resumed. */
export type RunHashes = Pick<Checkpoint, 'dataHash' | 'evaluationHash' | 'testHash' | 'modelHash' | 'teacherHash'>;

/** SHA-256 of a data set's token ids and targets, which a resumed run must share. */
export function dataHash({ sequences, ...targets }: Examples): string {
  const hash = createHash('sha256');
  for (const { ids } of sequences) hash.update(Int32Array.of(ids.length)).update(Int32Array.from(ids));
  for (const values of Object.values(targets)) hash.update(JSON.stringify(values, asList));
  return hash.digest('hex');
}

/** SHA-256 of a model's parameters, including frozen ones, which a resumed run must share. */
export function modelHash(parameters: Readonly<Record<string, HostTensor>>): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(parameters).sort()) {
    const { shape, dtype, data } = parameters[name];
    hash.update(`${name} ${dtype} ${shape}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

/** SHA-256 of the teachers' targets, and of their weight. */
export function taughtHash({ targets, alpha }: Taught, temperature: number): string {
  const bytes = new Uint8Array(targets.buffer, targets.byteOffset, targets.byteLength);
  return createHash('sha256')
    .update(bytes)
    .update(JSON.stringify([alpha, temperature]))
    .digest('hex');
}

/** Typed arrays as lists: JSON has them as objects. */
const asList = (_: string, value: unknown) => (value instanceof Int32Array ? Array.from(value) : value);

/** Data for measuring only. */
const measured = { evaluationHash: 'evaluation', testHash: 'test' } as const;

/** Compares the digests that the checkpoint has. */
export function refuseChanges(run: string, before: RunHashes, now: RunHashes): void {
  const retrain = 'or train again with --overwrite';
  if (before.dataHash !== now.dataHash)
    throw new AttuneError(
      'DATA_CHANGED',
      `${run}: expected the run's original training data, got other texts or labels; restore the data, ${retrain}`,
    );
  for (const [name, part] of Object.entries(measured) as [keyof typeof measured, string][])
    if (before[name] !== undefined && before[name] !== now[name])
      throw new AttuneError(
        'DATA_CHANGED',
        `${run}: expected the run's original ${part} data, got ${now[name] === undefined ? 'none' : 'other texts or labels'}; restore the data, ${retrain}`,
      );
  if (before.modelHash !== undefined && before.modelHash !== now.modelHash)
    throw new AttuneError(
      'MODEL_CHANGED',
      `${run}: expected the run's original model, got other weights in its place; restore the model, ${retrain}`,
    );
}

/** Compares the teachers' targets, which the checkpoints of every run with a teacher record. */
export function refuseOtherTeacher(run: string, before: RunHashes, now: RunHashes): void {
  if (before.teacherHash === now.teacherHash) return;
  const got = now.teacherHash === undefined ? 'none' : before.teacherHash === undefined ? 'one' : 'others';
  throw new AttuneError(
    'TEACHER_CHANGED',
    `${run}: expected ${before.teacherHash === undefined ? 'no teacher, as in the original run' : 'the original outputs, temperature and weight of the teacher'}, got ${got}; ` +
      'resume with npx attune train --resume, which keeps teacher and weight, on the same engine and number of threads, since others may differ in the last bits; or restore the cache of its outputs (teacher-outputs, or --teacher-cache), or train again with --overwrite',
  );
}
