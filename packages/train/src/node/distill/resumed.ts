import { AttuneError } from '@attune/internal';
import { recordedSetting } from '../run/recorded';
import type { DistillationFacts } from './side-by-side';
import type { Teacher } from './teacher';

/**
 * Checks that a resumed run has the teachers that it began with, wherever they are now.
 *
 * @throws AttuneError TEACHER_CHANGED for another model in a teacher's place, and for more or fewer of them
 */
export async function checkResumedTeachers(
  teachers: readonly Pick<Teacher, 'source' | 'digest'>[],
  { out, resume = false }: { readonly out: string; readonly resume?: boolean },
): Promise<void> {
  if (!resume || teachers.length === 0) return;
  const recorded = (await recordedSetting(out, 'distillation')) as Partial<DistillationFacts> | undefined;
  if (!Array.isArray(recorded?.digests)) return;
  const { digests, teachers: names = [] } = recorded as Partial<DistillationFacts> & { digests: readonly unknown[] };
  const other = teachers.findIndex(({ digest }, i) => digest !== digests[i]);
  if (other < 0 && teachers.length === digests.length) return;
  const expected = names[other] ?? `${digests.length} teachers`;
  const got = teachers[other] === undefined ? `${teachers.length}` : `another model in ${teachers[other].source}`;
  throw new AttuneError(
    'TEACHER_CHANGED',
    `teacher: expected ${expected}, with which ${out} began, or a copy of it, got ${got}; name the place of the same model: --resume --teacher DIR, or train again with --overwrite`,
  );
}
